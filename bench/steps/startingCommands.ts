import { fileURLToPath } from 'node:url';
import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { type Cost, compareCosts, measureCost, middleCost } from '../measure/costs.ts';
import type { CommandWork } from '../servers/commands.ts';
import { onAllProcessors } from '../servers/processors.ts';
import { startProcess } from '../waits/processes.ts';

const program = fileURLToPath(new URL('../servers/commands.ts', import.meta.url));

const kinds: (Omit<CommandWork, 'way'> & { what: string })[] = [
  { what: '`true`', cmd: ['true', []], variables: 0, count: 60 },
  { what: '`true` with 60 variables', cmd: ['true', []], variables: 60, count: 60 },
  {
    what: 'a command with 1 MB of output',
    cmd: ['head', ['-c', '1000000', '/dev/zero']],
    variables: 0,
    count: 40,
  },
];

/** Commands that the starter starts, each in turn with one that the worker starts itself, through execa. */
export async function measureStartingCommands({ pace, progress }: Bench): Promise<Figure[]> {
  progress('commands through the starter and through execa');
  const worker = await startProcess({
    name: 'the process that runs commands',
    command: [...onAllProcessors(), process.execPath, program],
    env: { ...process.env, NODE_ENV: 'production' },
    ready: /^ready$/,
    readyOn: 'stdout',
    endsBy: 'stdin',
  });
  const figures: Figure[] = [];
  for (const { what, ...work } of kinds) {
    const costs = { starter: [] as Cost[], execa: [] as Cost[] };
    for (let round = -1; round < pace.rounds; round += 1)
      for (const way of ['starter', 'execa'] as const) {
        const run = async () => Number(await worker.ask(JSON.stringify({ ...work, way })));
        const cost = await measureCost(work.count, [{ pid: worker.pid, children: true }], run);
        if (round >= 0) costs[way].push(cost);
      }
    const [ours, other] = [middleCost(costs.starter), middleCost(costs.execa)];
    figures.push({
      what: `${what} through the starter, to the way through execa`,
      unit: '×',
      ...compareCosts(costs.starter, costs.execa),
      goal: goals.starter,
      note: `${ours.elapsed.toFixed(1)} ms each, through execa ${other.elapsed.toFixed(1)} ms`,
      details: {
        millis: ours.elapsed,
        processorMillis: ours.processor,
        execaMillis: other.elapsed,
        execaProcessorMillis: other.processor,
      },
    });
  }
  await worker.stop();
  return figures;
}
