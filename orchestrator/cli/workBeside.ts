import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../../client/index.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { createHomeFinder } from '../project/planHomes.ts';
import type { CliContext, ServerGateway } from './context.ts';
import { printFrozen } from './freeze.ts';
import { keepSchedules } from './keepSchedules.ts';
import { soundPlan } from './ownPlan.ts';
import { createEventLog, printFact } from './printLines.ts';
import { createWaitingLog, printWaiting, readWaiting } from './printWaiting.ts';
import { work, workerName } from './work.ts';

/** The plans that a process was started for. */
export interface WantedPlans {
  files: readonly string[];
  /** What is said where none was named and there is none of the default name. */
  missing?: string;
}

type StartedServer = Awaited<ReturnType<ServerGateway['start']>>;

/** What of a server's plans is done in its own process. */
export interface WorkOptions {
  schedule: boolean;
  worker: boolean;
  concurrency?: number;
  logs?: string;
}

/** Starts the scheduled runs of plans and works for the server of this process, until the signal comes. */
export async function workBeside(
  context: CliContext,
  {
    url,
    key: apiKey,
    hasPage,
    hasGraphiql,
    signInPage,
    makeSignInLink,
  }: Omit<StartedServer, 'outdated' | 'close'>,
  { files, missing }: WantedPlans,
  options: WorkOptions,
  signal: AbortSignal,
): Promise<void> {
  const config = context.config();
  printUnusedBase(context, url);
  printUnusedDatabase(context);
  const client = createClient({ url, apiKey, retries: 2 });
  const homeOf = createHomeFinder(config.project);
  if (hasPage) printFact(context, 'Page', url);
  if (hasGraphiql) printFact(context, 'GraphiQL', `${url}/graphql`);
  printFact(context, 'REST', `${url}/docs`);
  printFact(context, 'Key', keyAdvice(hasGraphiql ? 'in GraphiQL and with curl' : 'with curl'));
  if (signInPage) printFact(context, 'Sign in', `${signInPage} (people, with their accounts)`);
  // In a log it would let in whoever reads that.
  const signIn = context.stderr.isTTY ? await makeSignInLink() : undefined;
  if (signIn) printFact(context, 'Sign in', `${signIn} (works once, for 10 minutes)`);
  const scheduled = options.schedule ? files : [];
  await using schedules = await keepSchedules(context, { client, homeOf, files: scheduled }, signal);
  if (schedules.plans.length === 0) context.print('No plan has a schedule.');
  if (missing !== undefined) context.print(`${missing} Then run this again.`);
  const waiting = createWaitingLog(createEventLog(context));
  // What needs approval already is listed first.
  const { rows } = await readWaiting(client, signal).catch(() => ({ rows: [] }));
  printWaiting(context, rows);
  waiting.skip(rows);
  const watching = waiting.watch(client, signal);
  // Its worker says so by itself, and when it ends.
  if (files.length === 0 || !options.worker) await printFrozen(context, client);
  if (files.length > 0 && options.worker) {
    const setting = { name: workerName(), homeOf, waiting, ...(options.logs && { logs: options.logs }) };
    const concurrency = options.concurrency ?? (await concurrencyOf(context, files));
    await work(context, { client, url, apiKey }, files, { ...setting, concurrency }, signal);
  }
  // The server continues when only its worker was asked to leave.
  await untilAborted(signal);
  await watching;
}

/** Whoever has gone over to PostgreSQL misses the history that the embedded database has. */
function printUnusedDatabase(context: CliContext): void {
  const { dataDir, variables } = context.config();
  const files = join(dataDir, 'pgdata');
  if (!ownValue(variables, 'DATABASE_URL')?.trim() || !existsSync(files)) return;
  context.print(`${files} contains an embedded database that is not used while DATABASE_URL is set.`);
}

/** As many commands at once as the plan wants that wants the most; a faulty file counts as one. */
async function concurrencyOf(context: CliContext, files: readonly string[]): Promise<number> {
  const plans = await Promise.all(files.map((file) => soundPlan(context, file)));
  return Math.max(1, ...plans.map((plan) => plan?.concurrency ?? 1));
}

/** A server of its own is what `up` is for: one that API_BASE names is not spoken to, which is said. */
function printUnusedBase(context: CliContext, url: string): void {
  const { apiBase } = context.config();
  if (apiBase === undefined || isSameServer(apiBase, url)) return;
  context.print(
    `Ignoring API_BASE (${apiBase}): "nightshift up" starts its own server. Use "nightshift worker" to work for that one.`,
  );
}

/** Says whether two addresses lead to one server of this computer. */
function isSameServer(one: string, other: string): boolean {
  const [{ hostname, port }, own] = [new URL(one), new URL(other)];
  return port === own.port && (hostname === own.hostname || /^(localhost|127\.|\[::1\])/.test(hostname));
}

function keyAdvice(where: string): string {
  return `"nightshift key" prints the key for decisions ${where}; see its --help`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
