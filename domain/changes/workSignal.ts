import type { NewWork, WorkKind } from './newWork.ts';
import { type Line, Place, type Wake } from './place.ts';

/** What those who wait in one line want. */
export interface WantedWork {
  scopes: readonly string[];
  labels: readonly string[];
  /** The exclusive runs that are their own. */
  runIds?: readonly string[];
}

/** Finds for all who wait, with one statement, in which scopes and for which labels work is due now. */
export type LookForDue = (waiting: {
  scopes: ReadonlySet<string>;
  runIds: ReadonlySet<string>;
}) => Promise<readonly WorkKind[]>;

/** Wakes those in this process who wait for work: as many as there are new jobs, those who have waited longest. */
export class WorkSignal {
  readonly #groups = new Map<string, Group>();
  readonly #listeners = new Map<() => void, string>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #over = false;
  #came = 0;
  /** Told of the work for which nobody in this process was woken, for the other processes; all of them are to look without any. */
  onWake: ((work?: readonly NewWork[]) => void) | undefined;
  /** Finds once a second, while anybody waits, what became due by its time alone: that wakes nobody. */
  lookForDue: LookForDue | undefined;

  /**
   * Wakes as many as there are new jobs: first in this process, the rest in the others. Without any, one of each group that
   * wants the same looks again, in every process.
   */
  wake(work?: readonly NewWork[]): void {
    const rest = this.wakeHere(work);
    if (rest === undefined || rest.length > 0) this.onWake?.(rest);
  }

  /** Wakes those in this process; gives the jobs for which there was nobody. */
  wakeHere(work?: readonly NewWork[]): NewWork[] | undefined {
    const rest = work?.flatMap((one) => {
      const count = one.count - this.#wakeFor(one, one.count);
      return count > 0 ? [{ ...one, count }] : [];
    });
    if (work === undefined) for (const group of this.#groups.values()) wakeSome(group.waiting, 'line', 1);
    for (const [listener, scope] of this.#listeners)
      if (work?.some((one) => one.scope === scope) ?? true) listener();
    return rest;
  }

  /** Wakes those who have waited longest for some kind of work; says how many. */
  #wakeFor(kind: WorkKind, count: number): number {
    const fitting = [...this.#groups.values()].filter((group) => fits(group, kind));
    const first = fitting
      .flatMap(({ waiting }) => [...waiting.values().take(count)])
      .sort((a, b) => a.number - b.number);
    const { scope, labels } = kind;
    return wakeSome(first, { kind: { scope, labels } }, count);
  }

  /** Calls a listener with each wake that concerns a scope, until the function that it gives is called. */
  listen(scope: string, listener: () => void): () => void {
    this.#listeners.set(listener, scope);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends every wait for good, so that a process that stops holds nobody up. */
  close(): void {
    this.#over = true;
    for (const { waiting } of [...this.#groups.values()]) for (const { leave } of [...waiting]) leave();
  }

  /** Whether nobody should wait any more. */
  get over(): boolean {
    return this.#over;
  }

  /** How many wait in this process. */
  get size(): number {
    return this.#groups.values().reduce((sum, { waiting }) => sum + waiting.size, 0);
  }

  /** Takes a place in the line of those who want the same scopes and have the same labels, until the signal says so. */
  enter(wanted: WantedWork, signal?: AbortSignal): Place {
    const key = JSON.stringify([[...wanted.scopes].sort(), [...wanted.labels].sort()]);
    const line: Line = {
      stand: (forMs, onOver) => this.#stand(key, wanted, { forMs, onOver, signal }),
      passOn: (wake) => {
        if (wake !== 'line') this.wake([{ ...wake.kind, count: 1 }]);
        else wakeSome(this.#groups.get(key)?.waiting ?? [], wake, 1);
      },
      wakeAll: () => this.wake(),
    };
    return new Place(line);
  }

  #stand(key: string, wanted: WantedWork, { forMs, onOver, signal }: Standing): () => void {
    if (this.#over || signal?.aborted) {
      onOver(undefined);
      return () => undefined;
    }
    const group = this.#groups.get(key) ?? this.#open(key, wanted);
    const end = (wake?: Wake) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      if (!group.waiting.delete(waiter)) return;
      if (group.waiting.size === 0) this.#close(key, group);
      onOver(wake);
    };
    const leave = () => end();
    const timer = setTimeout(leave, Math.max(0, forMs));
    signal?.addEventListener('abort', leave, { once: true });
    this.#came += 1;
    const waiter: Waiter = { number: this.#came, wake: end, leave };
    group.waiting.add(waiter);
    return leave;
  }

  #open(key: string, { scopes, labels, runIds = [] }: WantedWork): Group {
    const group: Group = { scopes: new Set(scopes), labels: new Set(labels), runIds, waiting: new Set() };
    this.#groups.set(key, group);
    this.#timer ??= setInterval(() => void this.#look(), lookAgainMs);
    return group;
  }

  #close(key: string, group: Group): void {
    if (this.#groups.get(key) === group) this.#groups.delete(key);
    if (this.#groups.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks for all groups together and wakes one of each for which there is work. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.lookForDue === undefined) return;
    this.#isLooking = true;
    try {
      const groups = [...this.#groups.values()];
      const due = await this.lookForDue({
        scopes: new Set(groups.flatMap(({ scopes }) => [...scopes])),
        runIds: new Set(groups.flatMap(({ runIds }) => runIds)),
      });
      for (const group of this.#groups.values())
        if (due.some((work) => fits(group, work))) wakeSome(group.waiting, 'line', 1);
    } catch {
      // The next look comes soon; whoever asks meanwhile hears that the database is away.
    } finally {
      this.#isLooking = false;
    }
  }
}

interface Standing {
  forMs: number;
  onOver(wake: Wake | undefined): void;
  signal: AbortSignal | undefined;
}

interface Waiter {
  /** Who came earlier has a smaller one. */
  number: number;
  wake(wake: Wake): void;
  leave(): void;
}

interface Group {
  scopes: ReadonlySet<string>;
  labels: ReadonlySet<string>;
  runIds: readonly string[];
  /** In the order in which they came. */
  waiting: Set<Waiter>;
}

const lookAgainMs = 1000;

function fits({ scopes, labels }: Group, kind: WorkKind): boolean {
  return scopes.has(kind.scope) && kind.labels.every((label) => labels.has(label));
}

/** Wakes the first of some, at most so many; says how many. */
function wakeSome(waiting: Iterable<Waiter>, wake: Wake, count: number): number {
  const first = Iterator.from(waiting).take(count).toArray();
  for (const waiter of first) waiter.wake(wake);
  return first.length;
}
