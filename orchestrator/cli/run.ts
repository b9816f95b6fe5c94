import type { Command } from 'commander';
import { ApiError, type Client } from '../../client/index.ts';
import { commandLine } from '../../contract/commandLine.ts';
import { suggest } from '../../contract/text/suggest.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { showOnGithub } from '../progress/github.ts';
import { showProgress } from '../progress/live.ts';
import type { RunResult } from '../run/result.ts';
import { runPlan } from '../run/runPlan.ts';
import { type Connection, withConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { interruptible, orOutdated } from './interruption.ts';
import { defaultLogs, makeLogs } from './logs.ts';
import { type Format, outputOption } from './output.ts';
import { loadOwnPlan, printUnset } from './ownPlan.ts';
import { collect, parsePair } from './parse.ts';
import { warnOfProblems } from './policyProblems.ts';
import { printResult } from './printResult.ts';
import { planOption, wantedPlan } from './wantedPlan.ts';
import { workerName } from './work.ts';

interface RunOptions {
  plan?: string;
  only?: string[];
  input?: Record<string, string>;
  dryRun?: boolean;
  logs?: string;
  output: Format;
}

/** `nightshift run`: runs a plan now. */
export function addRun(program: Command, context: CliContext): void {
  program
    .command('run [plan]')
    .description('run a plan now and wait until it has finished')
    .addOption(planOption())
    .option('--only <task>', 'run only this step; repeatable', collect)
    .option('--input <key=value>', 'an input of the run; repeatable', parsePair)
    .option('--dry-run', 'show what would run, without running it')
    .option('--logs <dir>', `where to write orchestration-<run>.log and .json ${defaultLogs}`)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
It reports to API_BASE if set; otherwise to the server that runs on
NIGHTSHIFT_DATA; otherwise to one that it starts for this run. The plan is
"nightly" unless you name another one.

Examples:
  nightshift run
  nightshift run weekly --only code.review
  nightshift run --plan ops/backup.plan.ts --dry-run`,
    )
    .action(async (name: string | undefined, options: RunOptions) => {
      const plan = await loadOwnPlan(context, wantedPlan(name, options.plan));
      const steps = chooseSteps(plan, options.only);
      if (options.dryRun) return showSteps(context, plan, steps);
      printUnset(context, { ...plan, steps });
      // Without a name they are in the data directory, which may be made only once there is a database for it.
      const logDir = options.logs === undefined ? undefined : await makeLogs(context, options.logs);
      await runNow(context, plan, { steps, logDir, inputs: options.input, output: options.output });
    });
}

function chooseSteps(plan: Plan, only: readonly string[] | undefined): readonly Step[] {
  const names = plan.steps.map(({ task }) => task);
  for (const name of only ?? []) {
    if (names.includes(name)) continue;
    const meant = suggest(name, names);
    const advice = meant === undefined ? `It has ${names.join(', ')}.` : `Did you mean "${meant}"?`;
    throw new UserError(`--only: the plan ${plan.name} has no step "${name}". ${advice}`, 2);
  }
  return only === undefined ? plan.steps : plan.steps.filter(({ task }) => only.includes(task));
}

function showSteps(context: CliContext, plan: Plan, steps: readonly Step[]): void {
  context.print(`${plan.name} would run, in this order:`);
  for (const { task, cmd, timeout } of steps) {
    context.stdout.write(`${task}: ${commandLine(cmd.flat())} (at most ${timeout})\n`);
  }
}

interface Wanted {
  steps: readonly Step[];
  logDir: string | undefined;
  inputs: Record<string, string> | undefined;
  output: Format;
}

function runNow(context: CliContext, plan: Plan, wanted: Wanted): Promise<void> {
  const onFirst = (name: string) =>
    context.print(`\n${name}: stopping the running step… press Ctrl-C again to force.`);
  return interruptible(
    (interrupted) =>
      withConnection(
        context,
        async (connection) => {
          const { outdated } = connection;
          const result = await runOn(connection, context, plan, wanted, orOutdated(interrupted, outdated));
          printResult(context, result, wanted.output);
          // What ended all the same has an exit code of its own.
          if (result.interruptedBy !== null) outdated.throwIfAborted();
          context.exitWith(result.exitCode);
        },
        'begin',
      ),
    onFirst,
  );
}

async function runOn(
  { client, url, apiKey, kind }: Connection,
  context: CliContext,
  plan: Plan,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<RunResult> {
  const progress = showProgress(context.stderr, context.config());
  const github = showOnGithub(context.config().variables, context.stderr);
  try {
    if (kind !== 'embedded') context.print(`Reporting to ${url}`);
    await checkAccess(client, url);
    await warnOfProblems(context, client, plan);
    await context.gateway.secureDataDir(context.config().dataDir);
    const logDir = wanted.logDir ?? (await makeLogs(context, undefined));
    return await runPlan({
      server: { client, url, apiKey },
      ...wanted,
      logDir,
      config: context.config(),
      plan,
      signal,
      name: workerName(),
      observe: (event) => {
        progress.observe(event);
        github(event);
      },
    });
  } finally {
    progress.stop();
  }
}

/** A key that the server refuses is an error before anything runs; a server that is away is not. */
async function checkAccess(client: Client, url: string): Promise<void> {
  const advice = 'Set API_KEY to a key of that server with the scope "work", or API_BASE to another server.';
  let who: string;
  try {
    const { scopes, id } = await client.viewer({ signal: AbortSignal.timeout(5000) });
    if (scopes.includes('WORK') || scopes.includes('ADMIN')) return;
    who = id === 'anonymous' ? 'no key was sent' : `${id} may not`;
  } catch (error) {
    if (!(error instanceof ApiError)) return;
    throw new UserError(`${url} refuses the run: ${error.message} ${advice}`, 2);
  }
  throw new UserError(`${url} requires a key that may run plans, and ${who}. ${advice}`, 2);
}
