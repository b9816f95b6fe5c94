import { onTestFinished } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import type { WorkerEvent } from '../../../orchestrator/worker/events.ts';
import { openPlanCache } from '../../../orchestrator/worker/planCache.ts';
import { openPlanStore } from '../../../orchestrator/worker/planStore.ts';
import { runWorker } from '../../../orchestrator/worker/worker.ts';
import type { WorkerOptions } from '../../../orchestrator/worker/workerOptions.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { keyOf } from '../../support/keys.ts';

/** Works for a server within this process, until the test has finished or it is told to stop. */
export async function workHere(
  url: string,
  plan: { name: string; steps: object[] },
  changes: Partial<WorkerOptions> & Pick<WorkerOptions, 'dataDir'>,
) {
  const stop = new AbortController();
  const events: WorkerEvent[] = [];
  const apiKey = keyOf(url);
  const client = createClient({ url, apiKey, retries: 1, maxDelayMs: 100, timeoutMs: waitLimitMs });
  const read = readPlan({ steps: plan.steps }, `${changes.dataDir}/${plan.name}.plan.ts`, plan.name);
  const plans = await openPlanCache({
    client,
    files: [{ file: read.file, load: async () => read }],
    store: openPlanStore(changes.dataDir),
    secretsOf: () => [],
    log() {},
  });
  const ended = runWorker({
    client,
    patientClient: createClient({ url, apiKey, timeoutMs: 40_000, retries: 1 }),
    plans,
    name: 'here',
    labels: [],
    concurrency: 1,
    variables: { PATH: process.env.PATH },
    secretsOf: () => [],
    githubHosts: [],
    signal: stop.signal,
    privatePaths: [],
    beginLog: () => ({ write: async () => {}, end: async () => {} }),
    observe: (event) => void events.push(event),
    ...changes,
  });
  onTestFinished(async () => {
    stop.abort('SIGTERM');
    await ended.catch(() => undefined);
  });
  return { events, ended, planHashes: plans.hashes() };
}
