import { hostname } from 'node:os';
import { relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiUnreachableError, createClient } from '../../client/index.ts';
import { describeLimits } from '../command/processTable.ts';
import { createNotifier } from '../notify/notifier.ts';
import { githubHosts } from '../outcome/links.ts';
import type { Plan } from '../plan/schema.ts';
import { secretsOf } from '../plan/secretsOf.ts';
import { describeWork } from '../progress/workLines.ts';
import { describeProject } from '../project/describeHome.ts';
import { createHomeFinder, type HomeFinder } from '../project/planHomes.ts';
import { checkAccounts } from '../worker/checkAccounts.ts';
import { openPlanCache } from '../worker/planCache.ts';
import { openPlanStore } from '../worker/planStore.ts';
import { openRunLogs } from '../worker/runLogs.ts';
import { runWorker } from '../worker/worker.ts';
import type { Connection } from './connect.ts';
import type { CliContext } from './context.ts';
import { keepSchedules } from './keepSchedules.ts';
import { logsOf } from './logs.ts';
import { loadOwnPlanFile, soundPlan } from './ownPlan.ts';
import { planFileOf } from './planFile.ts';
import { createEventLog, printFact } from './printLines.ts';
import { createWaitingLog, type WaitingLog } from './printWaiting.ts';

/** The options of `nightshift worker`. */
export interface WorkerCliOptions {
  concurrency: number;
  labels?: string[];
  schedule?: boolean;
  name: string;
  logs?: string;
  /** Milliseconds. */
  drainTimeout?: number;
}

/** The name by which attempts name a worker of this process. */
export function workerName(): string {
  return `${hostname()}/${process.pid}`;
}

/** Works for a server until the signal comes, and logs what it does, one line an event. */
export async function work(
  context: CliContext,
  { client, url, apiKey }: Pick<Connection, 'client' | 'url' | 'apiKey'>,
  planNames: readonly string[],
  given: WorkerCliOptions & { homeOf?: HomeFinder; waiting?: WaitingLog },
  signal: AbortSignal,
): Promise<void> {
  const { name, labels = [], concurrency, logs, drainTimeout, schedule = false } = given;
  const config = context.config();
  const { homeOf = createHomeFinder(config.project), waiting = createWaitingLog(createEventLog(context)) } =
    given;
  await context.gateway.secureDataDir(config.dataDir);
  const log = createEventLog(context);
  const files = await Promise.all(
    planNames.map(async (plan) => {
      const file = await planFileOf(context, plan);
      return { file, load: () => loadOwnPlanFile(context, file) };
    }),
  );
  const cache = {
    client,
    files,
    homeOf,
    store: openPlanStore(config.dataDir),
    secretsOf: (plan: Plan) => secretsOf(config, plan),
    log,
  };
  // The cache reports a faulty file.
  const loaded = await Promise.all(files.map(({ file }) => soundPlan(context, file)));
  const sound = loaded.filter((plan) => plan !== undefined);
  const homes = await Promise.all(sound.map(async (plan) => describeProject(await homeOf(plan))));
  if (homes.length > 0) printFact(context, 'Project', [...new Set(homes)].join(', '));
  const plans = await withRetry(() => openPlanCache(cache), signal, log);
  if (plans === undefined) return;
  const scheduled = schedule ? files.map(({ file }) => file) : [];
  await using _schedules = await keepSchedules(context, { client, homeOf, files: scheduled }, signal);
  const names = files.map(({ file }, index) => loaded[index]?.name ?? relative(context.directory, file));
  printFact(context, 'Worker', `${name} takes tasks of ${names.join(', ')} from ${url}`);
  const limits = describeLimits();
  if (limits !== undefined) log(limits);
  for (const plan of sound) await checkAccounts(plan, config.privatePaths, log);
  const runLogs = openRunLogs(logsOf(context, logs), concurrency === 1, (error) =>
    log(`Could not write the log: ${String(error)}`),
  );
  const notifier = createNotifier({ client, config, signal, note: (_level, text) => log(text) });
  const notifications = [notifier.remind(null)];
  const leaving = awaitDrain(drainTimeout, log);
  await runWorker({
    client,
    // The server holds a request for work up to 20 s.
    patientClient: createClient({ url, apiKey, timeoutMs: 40_000, retries: 2 }),
    keyMayChange: config.apiKeyFile !== undefined && typeof apiKey === 'function',
    plans,
    name,
    labels,
    concurrency,
    signal: AbortSignal.any([signal, leaving.timedOut]),
    done: leaving.drained,
    dataDir: config.dataDir,
    privatePaths: config.privatePaths,
    variables: config.variables,
    secretsOf: (plan) => secretsOf(config, plan),
    githubHosts: githubHosts(config.githubApiUrl, config.githubServerUrl),
    beginLog: runLogs.begin,
    observe(event) {
      const line = describeWork(event, context.stderr);
      if (line !== undefined) log(line);
      if (event.type === 'drained') leaving.begin();
      if (event.type === 'reported' && event.task.status === 'AWAITING_APPROVAL') {
        waiting.see(event.task);
        notifications.push(notifier.tell(event, event.attempt?.logExcerpt ?? null));
      }
    },
  });
  leaving.end();
  await Promise.all(notifications);
}

/** Handles SIGUSR2, by which the worker leaves once its commands have ended, or after a timeout. */
function awaitDrain(timeoutMs: number | undefined, log: (text: string) => void) {
  const [drained, timedOut] = [new AbortController(), new AbortController()];
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    if (drained.signal.aborted) return;
    drained.abort();
    if (timeoutMs !== undefined) timer = setTimeout(() => timedOut.abort('the drain timeout'), timeoutMs);
  };
  const onSignal = () => {
    log('SIGUSR2: the worker takes no new tasks, lets running commands finish, and exits.');
    begin();
  };
  process.on('SIGUSR2', onSignal);
  return {
    drained: drained.signal,
    timedOut: timedOut.signal,
    begin,
    end() {
      clearTimeout(timer);
      process.removeListener('SIGUSR2', onSignal);
    },
  };
}

/** Retries while the server is away; undefined when the worker is stopped first. */
async function withRetry<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  log: (text: string) => void,
): Promise<T | undefined> {
  for (let isAway = false; !signal.aborted; isAway = true) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiUnreachableError)) throw error;
      if (!isAway) log(`${error.message} The worker is waiting for it.`);
      await wait(2000, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
