import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Client, createClient } from '../../client/index.ts';
import { loadPlan } from '../plan/loadPlan.ts';
import type { Plan } from '../plan/schema.ts';
import { describeEvent } from '../progress/lines.ts';
import { sendJournal, startRun } from '../run/startRun.ts';
import { type Schedule, schedulePlan } from '../schedule.ts';
import type { CliContext } from './context.ts';
import { interruptible } from './interruption.ts';

interface UpOptions {
  plan?: string;
  schedule: boolean;
  logs: string;
}

/** `nightshift up`: the server and the schedule, until it is told to stop. */
export function addUp(program: Command, context: CliContext): void {
  program
    .command('up [plan]')
    .description('start the server and run the plan on its schedule')
    .option('--plan <file>', 'the file of the plan, instead of its name')
    .option('--no-schedule', 'the server alone')
    .option('--logs <dir>', 'where runs write their logs', '.')
    .addHelpText('after', '\nExamples:\n  nightshift up\n  PORT=9000 nightshift up --no-schedule')
    .action(async (name: string | undefined, options: UpOptions) => {
      const wanted = options.plan ?? name;
      const plan = options.schedule ? await planOf(context, wanted) : undefined;
      context.config();
      await interruptible(
        (signal) =>
          serve(context, plan, wanted ?? 'nightly', resolve(context.directory, options.logs), signal),
        () => context.say('\nStopping; once more ends everything at once.'),
      );
    });
}

/** Without a plan of the default name the server runs alone; a plan that was named must be there. */
async function planOf(context: CliContext, name: string | undefined): Promise<Plan | undefined> {
  const isThere = async (file: string) =>
    (await stat(resolve(context.directory, file)).catch(() => undefined)) !== undefined;
  if (name === undefined) {
    const files = ['ts', 'mts', 'mjs', 'js'].map((ending) => `nightly.plan.${ending}`);
    if (!(await Promise.all(files.map(isThere))).includes(true)) return undefined;
  }
  return loadPlan(name ?? 'nightly', context.directory);
}

async function serve(
  context: CliContext,
  plan: Plan | undefined,
  planName: string,
  logDir: string,
  signal: AbortSignal,
): Promise<void> {
  const server = await context.joint.start('configured');
  try {
    const client = createClient({ url: server.url, apiKey: context.config().apiKey, retries: 2 });
    context.say(`GraphiQL ${server.url}/graphql\nREST     ${server.url}/docs`);
    await sendJournal(client, context.config(), (_level, text) => context.say(text), 10_000);
    const schedule = plan && scheduleOf(context, plan, planName, client, logDir, signal);
    const next = schedule?.next() ?? null;
    context.say(
      next === null
        ? 'No plan is scheduled.'
        : `Plan     ${plan?.name} runs next at ${next.toISOString()} (${plan?.schedule} ${plan?.timezone})`,
    );
    await untilAborted(signal);
    await schedule?.stop();
  } finally {
    await server.close();
  }
}

/** Each start reads the plan anew, so that a step added by day runs by night. */
function scheduleOf(
  context: CliContext,
  plan: Plan,
  planName: string,
  client: Client,
  logDir: string,
  signal: AbortSignal,
): Schedule {
  const say = (text: string) => context.say(`${new Date().toISOString()} ${text}`);
  const start = async () => {
    try {
      const current = await loadPlan(planName, context.directory);
      const result = await startRun({
        ...{ client, config: context.config(), plan: current, logDir, signal },
        observe: (event) => {
          const line = describeEvent(event, context.stderr);
          if (line !== undefined) say(line);
        },
      });
      say(
        `${result.runId} ended with exit code ${result.exitCode}. Next: ${schedule.next()?.toISOString() ?? 'never'}`,
      );
    } catch (error) {
      say(`The run could not be started: ${(error as Error).message}`);
    }
  };
  const schedule = schedulePlan(plan, start, {
    onOverlap: () => say(`${plan.name} is still running, so this start is left out.`),
    onMissed: (at) =>
      say(`${plan.name} was to start at ${at.toISOString()}, but this computer was busy or asleep.`),
  });
  return schedule;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
