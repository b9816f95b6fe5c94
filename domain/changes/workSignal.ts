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
}) => Promise<readonly { scope: string; labels: readonly string[] }[]>;

/** Wakes those in this process who wait for work: one of those who want the same at a time, so that many do not run for one task. */
export class WorkSignal {
  readonly #groups = new Map<string, Group>();
  readonly #listeners = new Map<() => void, string>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #over = false;
  /** Told of each wake that began in this process, for the other processes; without scopes it concerns everybody. */
  onWake: ((scopes?: readonly string[]) => void) | undefined;
  /** Finds once a second, while anybody waits, what became due by its time alone: that wakes nobody. */
  lookForDue: LookForDue | undefined;

  /** Lets one of each group look again, in every process; with scopes only of those that want one of them. */
  wake(scopes?: readonly string[]): void {
    this.wakeHere(scopes);
    this.onWake?.(scopes);
  }

  /** Lets one of each group in this process look again. */
  wakeHere(scopes?: readonly string[]): void {
    for (const group of this.#groups.values()) {
      if (scopes === undefined || scopes.some((scope) => group.scopes.has(scope))) wakeSome(group, 1);
    }
    for (const [listener, scope] of this.#listeners) if (scopes?.includes(scope) ?? true) listener();
  }

  /** Calls a listener with each wake that concerns a scope, until the function that it gives is called. */
  listen(scope: string, listener: () => void): () => void {
    this.#listeners.set(listener, scope);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends every wait for good, so that a process that stops holds nobody up. */
  close(): void {
    this.#over = true;
    for (const group of this.#groups.values()) wakeSome(group, group.waiting.size);
  }

  /** Whether nobody should wait any more. */
  get over(): boolean {
    return this.#over;
  }

  /**
   * Waits in line with those who want the same scopes and have the same labels, at most for some time. Whoever was
   * woken and found work passes it on, since there may be more; whoever goes without having looked does too.
   */
  wait(wanted: WantedWork, forMs: number, signal?: AbortSignal): Turn {
    const key = JSON.stringify([[...wanted.scopes].sort(), [...wanted.labels].sort()]);
    const group = this.#groups.get(key) ?? this.#open(key, wanted);
    const turn = Promise.withResolvers<boolean>();
    let wasWoken = this.#over || signal?.aborted === true;
    const leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      group.waiting.delete(wake);
      if (group.waiting.size === 0) this.#close(key, group);
      turn.resolve(wasWoken);
    };
    const wake = () => {
      wasWoken = true;
      leave();
    };
    const timer = setTimeout(leave, Math.max(0, forMs));
    signal?.addEventListener('abort', leave, { once: true });
    group.waiting.add(wake);
    if (wasWoken) leave();
    return {
      over: turn.promise,
      end: (foundWork) => {
        leave();
        const others = this.#groups.get(key);
        if (others && (foundWork || wasWoken)) wakeSome(others, foundWork ? 2 : 1);
      },
    };
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
        if (due.some((work) => fits(group, work))) wakeSome(group, 1);
    } catch {
      // The next look comes soon; whoever asks meanwhile hears that the database is away.
    } finally {
      this.#isLooking = false;
    }
  }
}

/** A place in the line of those who wait for the same work. */
export interface Turn {
  /** Resolves when its holder should look again (true), or has waited long enough. */
  readonly over: Promise<boolean>;
  /** Leaves the line for good, with work or without. */
  end(foundWork: boolean): void;
}

interface Group {
  scopes: ReadonlySet<string>;
  labels: ReadonlySet<string>;
  runIds: readonly string[];
  /** In the order in which they came. */
  waiting: Set<() => void>;
}

const lookAgainMs = 1000;

function fits({ scopes, labels }: Group, work: { scope: string; labels: readonly string[] }): boolean {
  return scopes.has(work.scope) && work.labels.every((label) => labels.has(label));
}

function wakeSome({ waiting }: Pick<Group, 'waiting'>, count: number): void {
  for (const wake of [...waiting.values().take(count)]) wake();
}
