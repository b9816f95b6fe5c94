import { dirname } from 'node:path';
import { createClient } from '../../client/index.ts';
import { describeLimits } from '../command/processTable.ts';
import type { OrchestratorConfig } from '../config.ts';
import { createNotifier } from '../notify/notifier.ts';
import { githubHosts } from '../outcome/links.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { secretsOf } from '../plan/secretsOf.ts';
import { readOrigin } from '../project/origin.ts';
import { createHomeFinder } from '../project/planHomes.ts';
import type { WorkerEvent } from '../worker/events.ts';
import { planSource } from '../worker/planSource.ts';
import { runWorker } from '../worker/worker.ts';
import { beginRun, type RunServer } from './beginRun.ts';
import { endRun } from './endRun.ts';
import type { RunObserver } from './events.ts';
import { followRun } from './followRun.ts';
import { exitCodeOf, type RunResult } from './result.ts';
import { openRunFiles } from './runFiles.ts';

/** What running a plan needs. */
export interface RunOptions {
  server: RunServer;
  config: OrchestratorConfig;
  plan: Plan;
  /** The steps to run. @default all of the plan */
  steps?: readonly Step[];
  /** What the run is given. */
  inputs?: Readonly<Record<string, unknown>> | undefined;
  /** By which attempts name this process. */
  name: string;
  /** Where the log and the results are written. */
  logDir: string;
  /** Ends the run; its reason is the signal's name. */
  signal: AbortSignal;
  observe: RunObserver;
  /** Milliseconds to wait for a server that is away when the run is to start. @default 60000 */
  patienceMs?: number;
}

/**
 * Runs a plan until it has ended: starts a run that is this process's own, takes its tasks as every worker does, and
 * resolves with the outcome of each step. What waits for an approval is left to any worker. An interruption ends the
 * running commands and skips the rest.
 */
export async function runPlan(options: RunOptions): Promise<RunResult> {
  const { server, config, plan, signal } = options;
  const { client } = server;
  const started = performance.now();
  const startedAt = new Date();
  const steps = options.steps ?? plan.steps;
  const secrets = secretsOf(config, plan);
  const origin = await readOrigin(dirname(plan.file));
  const home = await createHomeFinder(config.project)(plan);
  const { runId } = await beginRun(server, plan, { ...options, steps, secrets, home });
  const files = await openRunFiles(options.logDir, runId, (text) =>
    options.observe({ type: 'note', level: 'warn', text }),
  );
  const observe: RunObserver = (event) => {
    files.note(event);
    options.observe(event);
  };
  const note = (level: 'info' | 'warn' | 'error', text: string) => observe({ type: 'note', level, text });
  observe({ type: 'runStarted', runId, steps, logFile: files.logFile });

  const limits = describeLimits();
  if (limits !== undefined) note('warn', limits);
  const notifier = createNotifier({ client, config, signal, note });
  const reminders = notifier.remind(runId);
  const notifications: Promise<void>[] = [];
  const follower = followRun(client, runId, steps, observe);
  const watch = (event: WorkerEvent) => {
    follower.see(event);
    if (event.type === 'reported' && event.task.status === 'AWAITING_APPROVAL')
      notifications.push(notifier.tell(event, event.attempt?.logExcerpt ?? null));
  };
  await runWorker({
    client,
    patientClient: createClient({ url: server.url, apiKey: server.apiKey, timeoutMs: 20_000, retries: 2 }),
    // Whatever it leases is of this run, which goes on as it began.
    plans: {
      hashes: () => [],
      get: () => plan,
      isDue: () => false,
      refresh: async () => {},
      sources: () => [planSource(plan, { runId }, origin)],
      originOf: () => origin,
    },
    runIds: [runId],
    name: options.name,
    labels: [...new Set(steps.flatMap(({ labels }) => labels))],
    concurrency: Math.min(plan.concurrency, steps.length),
    dataDir: config.dataDir,
    privatePaths: config.privatePaths,
    variables: config.variables,
    signal,
    done: follower.done,
    secretsOf: () => secrets,
    githubHosts: githubHosts(config.githubApiUrl, config.githubServerUrl),
    beginLog: (lease) => files.beginStep(plan.concurrency === 1 ? null : lease.task),
    observe: watch,
    waitMs: 2000,
  });
  follower.stop();
  const interruptedBy = signal.aborted ? String(signal.reason) : null;
  const results = await endRun(client, runId, follower, interruptedBy, note);
  await Promise.all([...notifications, reminders]);
  const reports = follower.reports();
  const result: RunResult = {
    runId,
    plan: plan.name,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    durationMs: Math.round(performance.now() - started),
    exitCode: exitCodeOf(results, reports, interruptedBy),
    interruptedBy,
    steps: results,
    reports,
    logFile: files.logFile,
    resultFile: files.resultFile,
  };
  observe({ type: 'runEnded', result });
  await files.close(result);
  return result;
}
