import type { BenchDatabases } from './data/databases.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './report/progress.ts';
import type { Servers } from './servers/servers.ts';

/** One group of figures, with the name that `--only` takes. */
export interface Benchmark {
  name: string;
  /** What it measures, for `--help`. */
  about: string;
  run(bench: Bench): Promise<Figure[]>;
}

/** What every benchmark works with. */
export interface Bench {
  databases: BenchDatabases;
  servers: Servers;
  pace: Pace;
  progress: Progress;
}

/** How long and how often things are measured. */
export interface Pace {
  /** Throughput: rounds of both sides, and the length of a side. */
  rounds: number;
  seconds: number;
  /** Times of single requests: blocks, and turns in a block. */
  blocks: number;
  turns: number;
  /** How often something is measured that takes seconds. */
  repeats: number;
}

/** The normal pace, and the one of `--quick`, whose figures are rough. */
export const paces = {
  full: { rounds: 5, seconds: 1.5, blocks: 7, turns: 40, repeats: 3 },
  quick: { rounds: 3, seconds: 0.4, blocks: 3, turns: 15, repeats: 1 },
} as const satisfies Record<string, Pace>;
