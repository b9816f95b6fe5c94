import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../client/index.ts';
import { parseConfig } from '../../orchestrator/config.ts';
import { readPlan } from '../../orchestrator/plan/readPlan.ts';
import { runPlan } from '../../orchestrator/run/runPlan.ts';
import type { Benchmark } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { summarize } from '../measure/statistics.ts';

const stepsOfRun = 40;

/** Whole steps, one after the other, from the plan to the record of their outcome. */
export const steps: Benchmark = {
  name: 'steps',
  about: 'a whole step of `true` through the orchestrator',
  async run({ servers, pace, progress }) {
    progress('whole steps of `true`');
    const { url } = await servers.ours('few');
    const directory = mkdtempSync(join(tmpdir(), 'nightshift-bench-steps-'));
    try {
      const times: number[] = [];
      for (let run = -1; run < pace.blocks; run += 1) {
        const millis = await timeRun(url, directory);
        if (run >= 0) times.push(millis / stepsOfRun);
      }
      const whole: Figure = {
        what: 'a whole step of `true` (start, spawn, outcome) at concurrency 1',
        unit: 'ms',
        value: summarize(times),
        goal: { at: 'most', value: 12 },
        note: `a run of ${stepsOfRun} steps, divided; reported, not leased: leases do not exist yet`,
      };
      return [whole, ...later];
    } finally {
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

async function timeRun(url: string, directory: string): Promise<number> {
  const plan = readPlan(
    {
      steps: Array.from({ length: stepsOfRun }, (_, index) => ({
        task: `bench.step.${index}`,
        cmd: ['true'],
      })),
    },
    'bench.plan.ts',
    'bench',
  );
  const result = await runPlan({
    server: { client: createClient({ url }), url },
    name: 'bench',
    config: parseConfig({ PATH: process.env.PATH, NIGHTSHIFT_DATA: directory, API_BASE: url }, directory),
    plan,
    logDir: directory,
    signal: new AbortController().signal,
    observe: () => {},
  });
  const wrong = result.steps.find(({ status }) => status !== 'succeeded');
  if (wrong) throw new Error(`The step ${wrong.task} is ${wrong.status}: ${wrong.reason}`);
  if (result.reports.pending > 0) throw new Error(`${result.reports.pending} steps were not recorded.`);
  return result.durationMs;
}

/** What belongs to parts of the system that do not exist yet. */
const later: Figure[] = [
  {
    what: 'whole steps of 4 workers on one server and PostgreSQL',
    unit: '/s',
    value: null,
    goal: { at: 'least', value: 200 },
    note: 'not yet measured: workers that lease tasks do not exist yet',
  },
  {
    what: 'a released task is picked up by an idle worker',
    unit: 'ms',
    value: null,
    goal: { at: 'most', value: 50 },
    note: 'not yet measured: workers that lease tasks do not exist yet',
  },
];
