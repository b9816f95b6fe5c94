import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';

/** What a bench run is asked to do. */
export interface BenchOptions {
  quick: boolean;
  help: boolean;
  chosen: readonly Benchmark[];
}

/** Arguments that mean nothing here; the message says what does. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** Reads the arguments of `npm run bench`. @throws ArgumentError */
export function readOptions(args: readonly string[], all: readonly Benchmark[]): BenchOptions {
  const { quick = false, help = false, only = [] } = parse(args);
  const names = all.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ArgumentError(`--only: expected one of ${names.join(', ')}, got ${JSON.stringify(unknown)}.`);
  }
  return { quick, help, chosen: only.length === 0 ? all : all.filter(({ name }) => only.includes(name)) };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new ArgumentError(`${error instanceof Error ? error.message : error} See npm run bench -- --help.`);
  }
}

/** The text of `--help`. */
export function describeOptions(all: readonly Benchmark[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const benchmarks = all.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return `npm run bench [-- options]

Measures the server against what the machine can do at most, side by side, and
says which goals are met. The result is a summary on stdout, and
bench/results/<name>.json for each benchmark.

  --quick        short rounds: rough figures in some minutes, not recorded
  --only <name>  one benchmark alone; may be repeated
  --help         this text

Benchmarks:
${benchmarks.join('\n')}

The databases are on TEST_DATABASE_URL when it is set, else on a PostgreSQL of
their own in the temporary directory. 1,000,000 tasks are made there once and
kept; this takes a minute.
`;
}
