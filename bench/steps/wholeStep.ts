import type { Bench } from '../benchmark.ts';
import { temporaryDirectory } from '../data/temporary.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { type Cost, compareCosts, measureCost, middleCost } from '../measure/costs.ts';
import { backendsOf, type Counted } from '../measure/processor.ts';
import type { ServerProcess } from '../servers/serverProcess.ts';
import type { BareSteps } from './bareSteps.ts';
import type { Stage } from './stage.ts';

const stepsOfRun = 40;
const inARow = 'one-by-one';
const alone = 'alone';
const step = { task: 'bench.step', cmd: ['true'] as const };

/** One server with its worker, and what steps took there. */
interface Side {
  where: string;
  url: string;
  processes(): Promise<Counted[]>;
  /** Steps of one run, one after the other. */
  inARow: Cost[];
  /** A run of one step, from asked for to recorded. */
  alone: Cost[];
  close(): Promise<void>;
}

/**
 * A whole step of `true` (lease, spawn, report, outcome) by one worker that does one at a time. In turn with what it
 * cannot be below: bare spawning, and two bare calls with a row each around a spawn.
 */
export async function measureWholeSteps(bench: Bench, stage: Stage, bare: BareSteps): Promise<Figure[]> {
  const { databases, servers, pace, progress } = bench;
  const steps = Array.from({ length: stepsOfRun }, (_, index) => ({
    ...step,
    task: `${step.task}.${index}`,
  }));
  stage.writePlan(inARow, { concurrency: 1, steps });
  stage.writePlan(alone, { concurrency: 1, steps: [step] });
  const sides = await openSides(bench, stage);
  const limit = await servers.limit('few');
  const [spawns, calls]: [Cost[], Cost[]] = [[], []];
  const ofBare = (url?: string) => () => bare.run({ count: stepsOfRun, atOnce: 1, url });
  const bareProcess = { pid: bare.pid, children: true };
  for (let block = -1; block < pace.blocks; block += 1) {
    progress(`one step of \`true\` at a time, beside bare spawning: ${block + 2} of ${pace.blocks + 1}`);
    const backends = await backendsOf(databases.few);
    const spawn = await measureCost(stepsOfRun, [bareProcess], ofBare());
    const call = await measureCost(stepsOfRun, [bareProcess, limit, ...backends], ofBare(limit.url));
    for (const side of sides) {
      const row = await measureCost(stepsOfRun, await side.processes(), () => timeInARow(stage, side.url));
      const single = await measureCost(pace.turns, await side.processes(), () =>
        timeAlone(stage, side.url, pace.turns),
      );
      if (block < 0) continue;
      side.inARow.push(row);
      side.alone.push(single);
    }
    if (block < 0) continue;
    spawns.push(spawn);
    calls.push(call);
  }
  for (const { close } of sides) await close();
  return sides.flatMap((side) => figuresOf(side, spawns, calls));
}

async function openSides({ databases, servers }: Bench, stage: Stage): Promise<Side[]> {
  const postgres = await servers.ours('few');
  const embedded = await servers.fresh({ NIGHTSHIFT_DATA: temporaryDirectory('embedded') });
  const open = async (
    where: string,
    server: ServerProcess,
    backends: () => Promise<Counted[]>,
  ): Promise<Side> => {
    const setting = { url: server.url, plans: [inARow, alone], name: `for ${where}` };
    const worker = await stage.startWorker(setting);
    const processes = async () => [server, { pid: worker.pid, children: true }, ...(await backends())];
    return { where, url: server.url, processes, inARow: [], alone: [], close: () => worker.stop() };
  };
  const onPostgres = await open('PostgreSQL', postgres, () => backendsOf(databases.few));
  const onEmbedded = await open('the embedded database', embedded, async () => []);
  return [onPostgres, { ...onEmbedded, close: () => onEmbedded.close().finally(embedded.stop) }];
}

/** Milliseconds that the steps of one run take, by the database's clock: from the lease of one to that of the next. */
async function timeInARow(stage: Stage, url: string): Promise<number> {
  const { tasks } = await stage.run(url, inARow);
  const [first, last] = [tasks[0], tasks.at(-1)];
  if (first === undefined || last === undefined) throw new Error('The run has no tasks.');
  return ((last.startedAt - first.startedAt) / (tasks.length - 1)) * tasks.length;
}

async function timeAlone(stage: Stage, url: string, count: number): Promise<number> {
  let millis = 0;
  for (let index = 0; index < count; index += 1) millis += await stage.timeOneStep(url, alone);
  return millis;
}

function figuresOf(side: Side, spawns: Cost[], calls: Cost[]): Figure[] {
  const [row, single] = [middleCost(side.inARow), middleCost(side.alone)];
  const [spawn, call] = [middleCost(spawns), middleCost(calls)];
  const ofBare = {
    bareSpawnMillis: spawn.elapsed,
    bareSpawnProcessorMillis: spawn.processor,
    bareCallsMillis: call.elapsed,
    bareCallsProcessorMillis: call.processor,
  };
  const median = (ours: Cost[], theirs: Cost[]) => compareCosts(ours, theirs).value.median;
  return [
    {
      what: `a step of \`true\` on ${side.where}, to a spawn with two bare calls`,
      unit: '×',
      ...compareCosts(side.inARow, calls),
      note: `${say(row)}, a spawn with two bare calls ${say(call)}, alone ${say(spawn)}`,
      details: {
        millis: row.elapsed,
        processorMillis: row.processor,
        ...ofBare,
        toBareSpawn: median(side.inARow, spawns),
      },
    },
    {
      what: `a step of \`true\` on ${side.where}, from asked for to recorded, to a bare spawn`,
      unit: '×',
      ...compareCosts(side.alone, spawns),
      goal: goals.oneStep,
      note: `${say(single)}, a bare spawn ${say(spawn)}`,
      details: {
        millis: single.elapsed,
        processorMillis: single.processor,
        ...ofBare,
        toBareCalls: median(side.alone, calls),
      },
    },
  ];
}

function say({ elapsed }: Cost): string {
  return `${elapsed.toFixed(1)} ms`;
}
