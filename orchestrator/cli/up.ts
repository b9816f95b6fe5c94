import type { Command } from 'commander';
import { createClient } from '../../client/index.ts';
import { findPlan, hasPlanFile, loadPlanFile } from '../plan/loadPlan.ts';
import type { Plan } from '../plan/schema.ts';
import { secretsOf } from '../plan/secretsOf.ts';
import { createHomeFinder } from '../project/planHomes.ts';
import { keepSchedule } from '../schedule/keepSchedule.ts';
import { nextRunOf } from '../schedule/nextRun.ts';
import type { CliContext } from './context.ts';
import { interruptible } from './interruption.ts';
import { parseCount } from './parse.ts';
import { work, workerName } from './worker.ts';

interface UpOptions {
  plan?: string;
  schedule: boolean;
  worker: boolean;
  concurrency?: number;
  logs: string;
}

/** `nightshift up`: the server, the schedule and a worker, until it is told to stop. */
export function addUp(program: Command, context: CliContext): void {
  program
    .command('up [plan]')
    .description('start the server, run the plan on its schedule, and carry its tasks out')
    .option('--plan <file>', 'the file of the plan, instead of its name')
    .option('--no-schedule', 'start no run by itself')
    .option('--no-worker', 'run no command here; leave that to "nightshift worker"')
    .option('--concurrency <count>', "how many commands run at once (default: the plan's)", parseCount(100))
    .option('--logs <dir>', 'where runs write their logs', '.')
    .addHelpText(
      'after',
      `
However many servers of one database have the schedule, each due time starts one
run.

Examples:
  nightshift up
  PORT=9000 nightshift up --no-schedule --no-worker`,
    )
    .action(async (name: string | undefined, options: UpOptions) => {
      const wanted = options.plan ?? name;
      const file = options.schedule || options.worker ? await fileOf(context, wanted) : undefined;
      context.config();
      await interruptible(
        (signal) => serve(context, file, options, signal),
        () => context.say('\nStopping; once more ends everything at once.'),
      );
    });
}

/** Without a plan of the default name the server runs alone; a plan that was named must be there. */
async function fileOf(context: CliContext, name: string | undefined): Promise<string | undefined> {
  if (name === undefined && !(await hasPlanFile('nightly', context.directory))) return undefined;
  return findPlan(name ?? 'nightly', context.directory);
}

async function serve(
  context: CliContext,
  file: string | undefined,
  options: UpOptions,
  signal: AbortSignal,
): Promise<void> {
  const server = await context.joint.start('configured');
  try {
    const config = context.config();
    const { url, key: apiKey } = server;
    const client = createClient({ url, apiKey, retries: 2 });
    const homeOf = createHomeFinder(config.project);
    context.say(`GraphiQL ${url}/graphql\nREST     ${url}/docs\n${describeKey()}`);
    // A faulty file is told by whoever waits for it.
    const plan = file === undefined ? undefined : await loadPlanFile(file).catch(() => undefined);
    const schedule =
      file && options.schedule
        ? await keepSchedule(plan, {
            client,
            load: () => loadPlanFile(file),
            homeOf,
            secretsOf: (plan) => secretsOf(config, plan),
            say: (text) => context.say(`${new Date().toISOString()} ${text}`),
          })
        : undefined;
    // No run is started while what runs is being ended.
    const stop = () => schedule?.stop();
    signal.addEventListener('abort', () => void stop(), { once: true });
    try {
      context.say(describeNext(schedule?.plan()));
      if (file && options.worker) {
        const concurrency = options.concurrency ?? plan?.concurrency ?? 1;
        const setting = { name: workerName(), concurrency, logs: options.logs, homeOf };
        await work(context, { client, url, apiKey }, [file], setting, signal);
      }
      // The server goes on where only its worker was told to leave.
      await untilAborted(signal);
    } finally {
      await stop();
    }
  } finally {
    await server.close();
  }
}

function describeKey(): string {
  return 'Key      "nightshift key" prints what decisions need, for GraphiQL\'s Headers tab and for curl; see its --help';
}

function describeNext(plan: Plan | undefined): string {
  const next = plan === undefined ? null : nextRunOf(plan);
  if (plan === undefined || next === null) return 'No plan is scheduled.';
  return `Plan     ${plan.name} runs next at ${next.toISOString()} (${plan.schedule} ${plan.timezone})`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
