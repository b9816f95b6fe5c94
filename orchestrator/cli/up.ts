import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createClient } from '../../client/index.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { PlanError } from '../plan/readPlan.ts';
import { createHomeFinder } from '../project/planHomes.ts';
import type { CliContext } from './context.ts';
import { endingAtOnce, interruptible, orOutdated } from './interruption.ts';
import { keepSchedules } from './keepSchedules.ts';
import { defaultLogs } from './logs.ts';
import { soundPlan } from './ownPlan.ts';
import { parseCount } from './parse.ts';
import { planFileOf } from './planFile.ts';
import { createEventLog, printFact } from './printLines.ts';
import { createWaitingLog, printWaiting, readWaiting } from './printWaiting.ts';
import { work, workerName } from './work.ts';

interface UpOptions {
  plan?: string;
  schedule: boolean;
  worker: boolean;
  concurrency?: number;
  logs?: string;
}

/** `nightshift up`: the server, the schedules and a worker, until it is stopped. */
export function addUp(program: Command, context: CliContext): void {
  program
    .command('up [plan...]')
    .description('start the server, run plans on their schedules, and run their tasks')
    .option('--plan <file>', 'plan file, instead of the plan name')
    .option('--no-schedule', 'do not start scheduled runs')
    .option('--no-worker', 'run no commands here; leave them to "nightshift worker"')
    .option('--concurrency <count>', "how many commands run at once (default: the plans')", parseCount(100))
    .option('--logs <dir>', `where to write logs ${defaultLogs}`)
    .addHelpText(
      'after',
      `
It runs "nightly" unless you name other plans. You can run several servers on
one database: each scheduled run starts only once.

Examples:
  nightshift up
  nightshift up nightly weekly
  PORT=9000 nightshift up --no-schedule --no-worker`,
    )
    .action(async (names: string[], options: UpOptions) => {
      const wanted = [...names, ...(options.plan === undefined ? [] : [options.plan])];
      const { files, missing } =
        options.schedule || options.worker ? await filesOf(context, wanted) : { files: [] };
      context.config();
      for (const file of files) await soundPlan(context, file);
      await interruptible(
        (signal) => serve(context, { files, missing }, options, signal),
        () => context.print('\nStopping… press Ctrl-C again to force.'),
      );
    });
}

/** The files of the plans. Without one of the default name the server runs alone, which is said; plans that were named must be there. */
async function filesOf(
  context: CliContext,
  names: readonly string[],
): Promise<{ files: string[]; missing?: string }> {
  if (names.length > 0)
    return { files: [...new Set(await Promise.all(names.map((name) => planFileOf(context, name))))] };
  try {
    return { files: [await planFileOf(context, 'nightly')] };
  } catch (error) {
    if (error instanceof PlanError) return { files: [], missing: error.message };
    throw error;
  }
}

/** Whoever has gone over to PostgreSQL misses the history that the embedded database has. */
function printUnusedDatabase(context: CliContext): void {
  const { dataDir, variables } = context.config();
  const files = join(dataDir, 'pgdata');
  if (!ownValue(variables, 'DATABASE_URL')?.trim() || !existsSync(files)) return;
  context.print(`${files} contains an embedded database that is not used while DATABASE_URL is set.`);
}

async function serve(
  context: CliContext,
  { files, missing }: { files: readonly string[]; missing?: string | undefined },
  options: UpOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const server = await endingAtOnce(() => context.gateway.start('configured'));
  const signal = orOutdated(interrupted, server.outdated);
  try {
    const config = context.config();
    const { url, key: apiKey } = server;
    printUnusedBase(context, url);
    printUnusedDatabase(context);
    const client = createClient({ url, apiKey, retries: 2 });
    const homeOf = createHomeFinder(config.project);
    printFact(context, 'GraphiQL', `${url}/graphql`);
    printFact(context, 'REST', `${url}/docs`);
    printFact(context, 'Key', keyAdvice);
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
    if (files.length > 0 && options.worker) {
      const setting = { name: workerName(), homeOf, waiting, ...(options.logs && { logs: options.logs }) };
      const concurrency = options.concurrency ?? (await concurrencyOf(context, files));
      await work(context, { client, url, apiKey }, files, { ...setting, concurrency }, signal);
    }
    // The server continues when only its worker was asked to leave.
    await untilAborted(signal);
    await watching;
  } finally {
    await server.close();
  }
  server.outdated.throwIfAborted();
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

const keyAdvice = '"nightshift key" prints the key for decisions in GraphiQL and with curl; see its --help';

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
