import type { Benchmark } from './benchmark.ts';
import { paces } from './benchmark.ts';
import { csv } from './benchmarks/csv.ts';
import { embedded } from './benchmarks/embedded.ts';
import { lists } from './benchmarks/lists.ts';
import { pages } from './benchmarks/pages.ts';
import { steps } from './benchmarks/steps.ts';
import { writes } from './benchmarks/writes.ts';
import { openBenchDatabases } from './data/databases.ts';
import type { Figure } from './figure.ts';
import { ArgumentError, type BenchOptions, describeOptions, readOptions } from './options.ts';
import { progressOnStderr } from './report/progress.ts';
import { writeRecord } from './report/record.ts';
import { drawTable } from './report/table.ts';
import { leaveFirstProcessor } from './servers/processors.ts';
import { prepareServers } from './servers/servers.ts';

const all: readonly Benchmark[] = [pages, lists, csv, writes, embedded, steps];

try {
  const options = readOptions(process.argv.slice(2), all);
  if (options.help) process.stdout.write(describeOptions(all));
  else await measure(options);
} catch (error) {
  process.stderr.write(`${error instanceof ArgumentError ? error.message : describe(error)}\n`);
  // What a failed run left open must not keep it from its end.
  process.exit(1);
}

async function measure({ quick, chosen }: BenchOptions): Promise<void> {
  const progress = progressOnStderr();
  leaveFirstProcessor();
  const databases = await openBenchDatabases(progress);
  const servers = prepareServers(databases);
  const bench = { databases, servers, progress, pace: quick ? paces.quick : paces.full };
  const measured: Figure[] = [];
  try {
    for (const { name, run } of chosen) {
      const figures = await run(bench);
      measured.push(...figures);
      if (!quick) writeRecord({ name, pace: 'full', postgres: databases.version, figures });
    }
  } finally {
    await servers.stop().finally(() => databases.close());
    if (measured.length > 0) process.stdout.write(`${drawTable(measured)}\n`);
  }
  progress(`done${quick ? '; rough figures, not recorded' : '; recorded in bench/results'}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
