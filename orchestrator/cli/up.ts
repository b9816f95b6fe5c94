import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { PlanError } from '../plan/readPlan.ts';
import type { CliContext } from './context.ts';
import { endingAtOnce, interruptible, orOutdated } from './interruption.ts';
import { defaultLogs } from './logs.ts';
import { soundPlan } from './ownPlan.ts';
import { parseCount } from './parse.ts';
import { planFileOf } from './planFile.ts';
import type { WantedPlans, WorkOptions } from './workBeside.ts';

interface UpOptions extends WorkOptions {
  plan?: string;
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
async function filesOf(context: CliContext, names: readonly string[]): Promise<WantedPlans> {
  if (names.length > 0)
    return { files: [...new Set(await Promise.all(names.map((name) => planFileOf(context, name))))] };
  try {
    return { files: [await planFileOf(context, 'nightly')] };
  } catch (error) {
    if (error instanceof PlanError) return { files: [], missing: error.message };
    throw error;
  }
}

async function serve(
  context: CliContext,
  plans: WantedPlans,
  options: UpOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const server = await endingAtOnce(() => context.gateway.start('configured'));
  try {
    // Whoever waits for the server is answered before what works for it is loaded.
    await pause(50);
    const { workBeside } = await import('./workBeside.ts');
    await workBeside(context, server, plans, options, orOutdated(interrupted, server.outdated));
  } finally {
    await server.close();
  }
  server.outdated.throwIfAborted();
}
