import { availableParallelism, loadavg } from 'node:os';
import { type Bench, type Benchmark, paces } from './benchmark.ts';
import { access } from './benchmarks/access.ts';
import { attacks } from './benchmarks/attacks.ts';
import { csv } from './benchmarks/csv.ts';
import { embedded } from './benchmarks/embedded.ts';
import { firstRows } from './benchmarks/firstRows.ts';
import { lists } from './benchmarks/lists.ts';
import { pages } from './benchmarks/pages.ts';
import { steps } from './benchmarks/steps.ts';
import { trends } from './benchmarks/trends.ts';
import { writes } from './benchmarks/writes.ts';
import { openBenchDatabases } from './data/databases.ts';
import { ArgumentError, type BenchOptions, describeOptions, readOptions } from './options.ts';
import { progressOnStderr } from './report/progress.ts';
import { writeRecord } from './report/record.ts';
import { type Group, writeSummary } from './report/summary.ts';
import { leaveFirstProcessor } from './servers/processors.ts';
import { prepareServers } from './servers/servers.ts';
import { endProcesses } from './waits/processes.ts';
import { WaitedTooLong, within } from './waits/within.ts';

const all: readonly Benchmark[] = [
  pages,
  lists,
  trends,
  firstRows,
  csv,
  writes,
  embedded,
  steps,
  access,
  attacks,
];

/** How long one benchmark may take as a whole: many times what it takes on a slow machine. */
const limitsMs = { quick: 60 * 60_000, full: 4 * 60 * 60_000 };

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    process.stderr.write(`${signal}: ending what was started.\n`);
    process.exit(130);
  });
}
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
  const [load = 0] = loadavg();
  if (load > availableParallelism())
    progress(`this machine is busy with other work (load ${load.toFixed(0)}): figures are rough`);
  leaveFirstProcessor();
  const databases = await openBenchDatabases(progress);
  const groups: Group[] = [];
  try {
    const servers = prepareServers(databases);
    for (const { name, about, run } of chosen) {
      let last = 'its beginning';
      const bench: Bench = {
        databases,
        servers,
        pace: quick ? paces.quick : paces.full,
        progress(message) {
          last = message;
          progress(`${name}: ${message}`);
        },
      };
      const what = () => `the benchmark ${name} to end; it was at: ${last}`;
      const figures = await within(what, run(bench), quick ? limitsMs.quick : limitsMs.full);
      groups.push({ name, about, figures });
      if (!quick) writeRecord({ name, pace: 'full', postgres: databases.version, figures });
    }
    await servers.stop();
  } finally {
    endProcesses();
    if (groups.length > 0) process.stdout.write(`\n${writeSummary(groups)}\n`);
    await databases.close();
  }
  progress(`done${quick ? '; rough figures, not recorded' : '; recorded in bench/results'}`);
}

function describe(error: unknown): string {
  if (error instanceof WaitedTooLong) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
