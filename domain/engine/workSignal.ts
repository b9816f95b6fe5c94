/** Wakes those in this process who wait for work: one of those who want the same at a time, so that many do not run for one task. */
export class WorkSignal {
  readonly #groups = new Map<string, Group>();
  readonly #listeners = new Map<() => void, string>();
  #over = false;
  /** Told of each wake that began in this process, for the other processes; without scopes it concerns everybody. */
  onWake: ((scopes?: readonly string[]) => void) | undefined;

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
  wait(
    { scopes, labels }: { scopes: readonly string[]; labels: readonly string[] },
    forMs: number,
    signal?: AbortSignal,
  ): Turn {
    const key = JSON.stringify([[...scopes].sort(), [...labels].sort()]);
    const group = this.#groups.get(key) ?? this.#open(key, scopes);
    const turn = Promise.withResolvers<void>();
    let wasWoken = this.#over || signal?.aborted === true;
    const leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      group.waiting.delete(wake);
      if (group.waiting.size === 0) this.#close(key, group);
      turn.resolve();
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

  #open(key: string, scopes: readonly string[]): Group {
    // Work that becomes due by its time alone wakes nobody: one of them looks for all.
    const timer = setInterval(() => wakeSome(group, 1), lookAgainMs);
    const group: Group = { scopes: new Set(scopes), waiting: new Set(), timer };
    this.#groups.set(key, group);
    return group;
  }

  #close(key: string, group: Group): void {
    clearInterval(group.timer);
    if (this.#groups.get(key) === group) this.#groups.delete(key);
  }
}

/** A place in the line of those who wait for the same work. */
export interface Turn {
  /** Resolves when its holder should look again, or has waited long enough. */
  readonly over: Promise<void>;
  /** Leaves the line for good, with work or without. */
  end(foundWork: boolean): void;
}

interface Group {
  scopes: ReadonlySet<string>;
  /** In the order in which they came. */
  waiting: Set<() => void>;
  timer: NodeJS.Timeout;
}

const lookAgainMs = 1000;

function wakeSome({ waiting }: Group, count: number): void {
  for (const wake of [...waiting.values().take(count)]) wake();
}
