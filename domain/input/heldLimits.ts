import { BusyError, TooManyError } from './errors.ts';

/** A bound on how much is held under one key at once. */
export interface Bound {
  key: string;
  max: number;
  /** Names the limit for its callers; without one it is that of all callers together, whom no single one can help. */
  policy?: string;
  /** What is said when there is no more room: what is held, and what to do. */
  refusal: string;
}

/** Counts what callers hold at once, so that nobody can hold all there is. */
export class HeldLimits {
  readonly #held = new Map<string, number>();

  /** Counts one more under each key; the function that it gives takes it back, once. @throws TooManyError, BusyError */
  take(bounds: readonly Bound[]): () => void {
    const full = bounds.find(({ key, max }) => (this.#held.get(key) ?? 0) >= max);
    if (full) throw refusalOf(full);
    for (const { key } of bounds) this.#add(key, 1);
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      for (const { key } of bounds) this.#add(key, -1);
    };
  }

  #add(key: string, count: number): void {
    const held = (this.#held.get(key) ?? 0) + count;
    if (held === 0) this.#held.delete(key);
    else this.#held.set(key, held);
  }
}

function refusalOf({ policy, max: limit, refusal }: Bound): TooManyError | BusyError {
  return policy === undefined
    ? new BusyError(refusal)
    : new TooManyError(refusal, { policy, limit, remaining: 0 });
}
