import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Figure, judge } from '../figure.ts';

/** What a bench run is recorded with. */
export interface BenchRecord {
  /** The benchmark, as `--only` knows it. */
  name: string;
  pace: 'full' | 'quick';
  postgres: string;
  figures: Figure[];
}

/** Writes one benchmark's figures to `bench/results/<name>.json`, with the machine they are of, and gives its path. */
export function writeRecord({ name, pace, postgres, figures }: BenchRecord): string {
  const directory = fileURLToPath(new URL('../results', import.meta.url));
  mkdirSync(directory, { recursive: true });
  const path = `${directory}/${name}.json`;
  const record = {
    measuredAt: new Date().toISOString(),
    pace,
    machine: machineFacts(postgres),
    figures: figures.map((figure) => ({ ...figure, verdict: judge(figure) })),
  };
  writeFileSync(path, `${JSON.stringify(record, rounded, 2)}\n`);
  return path;
}

function machineFacts(postgres: string) {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    postgres,
  };
}

/** Four digits say all that a measurement can. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
