import type { Plan } from '../plan/schema.ts';

/** How many contents of plans a worker keeps: the server takes no more with one request. */
const maxContents = 100;

/** What they may take together, in characters as JSON. */
const maxLength = 16 * 1024 * 1024;

/** The contents of plans that a worker runs, by their hashes: those in force, and those that were before. */
export class PlanContents {
  readonly #contents = new Map<string, { plan: Plan; length: number }>();
  readonly #inForce = new Map<number, string>();
  readonly #limits: { count: number; length: number };

  constructor(limits = { count: maxContents, length: maxLength }) {
    this.#limits = limits;
  }

  /** Puts a content in force for the plan at an index; gives the hashes of those that there is no more room for. */
  put(index: number, hash: string, plan: Plan, length: number): string[] {
    this.#contents.delete(hash);
    this.#contents.set(hash, { plan, length });
    this.#inForce.set(index, hash);
    const forgotten: string[] = [];
    const isInForce = new Set(this.#inForce.values());
    for (const oldest of this.#contents.keys()) {
      if (this.#fits()) break;
      if (isInForce.has(oldest)) continue;
      this.#contents.delete(oldest);
      forgotten.push(oldest);
    }
    return forgotten;
  }

  get(hash: string): Plan | undefined {
    return this.#contents.get(hash)?.plan;
  }

  entries(): [hash: string, plan: Plan][] {
    return [...this.#contents].map(([hash, { plan }]) => [hash, plan]);
  }

  hashes(): string[] {
    return [...this.#contents.keys()];
  }

  #fits(): boolean {
    const length = this.#contents.values().reduce((total, content) => total + content.length, 0);
    return this.#contents.size <= this.#limits.count && length <= this.#limits.length;
  }
}
