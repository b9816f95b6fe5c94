/** What was counted under one key since the first of it. */
export interface Window {
  count: number;
  /** When it counts no more, on the clock of `performance.now()`. */
  endsAt: number;
}

/**
 * Counts by keys, each for some time from its first on, and forgets it then. However many keys there are, only so many
 * are known at once: while there is no room, a new one is not counted.
 */
export class Windows {
  readonly #ms: number;
  readonly #maxKeys: number;
  /** The window that began first stands first. */
  readonly #windows = new Map<string, Window>();

  constructor({ ms, maxKeys }: { ms: number; maxKeys: number }) {
    this.#ms = ms;
    this.#maxKeys = maxKeys;
  }

  /** What counts under a key now. */
  find(key: string): Window | undefined {
    const window = this.#windows.get(key);
    return window !== undefined && window.endsAt > performance.now() ? window : undefined;
  }

  /** Counts one more under a key; undefined where there is no room for it. */
  add(key: string): Window | undefined {
    const known = this.find(key);
    if (known !== undefined) {
      known.count += 1;
      return known;
    }
    this.#windows.delete(key);
    this.#forgetEnded();
    if (this.#windows.size >= this.#maxKeys) return undefined;
    const window = { count: 1, endsAt: performance.now() + this.#ms };
    this.#windows.set(key, window);
    return window;
  }

  #forgetEnded(): void {
    const now = performance.now();
    for (const [key, { endsAt }] of this.#windows) {
      if (endsAt > now) return;
      this.#windows.delete(key);
    }
  }
}
