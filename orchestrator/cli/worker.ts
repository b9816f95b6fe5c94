import type { Command } from 'commander';
import { warnOfLinks } from '../notify/notifier.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';
import { interruptible, orOutdated } from './interruption.ts';
import { defaultLogs } from './logs.ts';
import { soundPlan } from './ownPlan.ts';
import { collect, parseCount, parseDuration } from './parse.ts';
import { planFileOf } from './planFile.ts';
import { type WorkerCliOptions, work, workerName } from './work.ts';

/** `nightshift worker`: takes tasks of plans and runs their commands, until it is stopped. */
export function addWorker(program: Command, context: CliContext): void {
  program
    .command('worker [plan...]')
    .description('take tasks of these plans and run their commands')
    .option('--concurrency <count>', 'how many commands run at once', parseCount(100), 1)
    .option('--labels <labels>', 'labels of this worker, separated by commas', collect)
    .option('--name <name>', 'name of this worker, shown with its attempts', workerName())
    .option('--schedule', 'also start scheduled runs of these plans, if no "nightshift up" does')
    .option('--logs <dir>', `where to write the full output of commands ${defaultLogs}`)
    .option(
      '--drain-timeout <time>',
      'when draining, stop commands that still run after this time, such as 30m (default: never)',
      parseDuration,
    )
    .addHelpText(
      'after',
      `
It runs only steps of its own plan files ("nightly" unless you name others), and
needs only API_BASE and an API_KEY with the scope "work". Without API_BASE it
works for the server that runs on NIGHTSHIFT_DATA, with the machine's key.

With --schedule it starts scheduled runs too. Each starts only once, however
many processes do this.

SIGTERM stops running commands. On SIGUSR2, or "nightshift drain", the worker
takes no new tasks, lets running commands finish, and exits.

Examples:
  API_BASE=https://nightshift.example.org API_KEY=… \\
    nightshift worker --concurrency 4 --labels linux,gpu
  nightshift worker nightly weekly`,
    )
    .action(async (names: string[], options: WorkerCliOptions) => {
      const wanted = names.length === 0 ? ['nightly'] : names;
      // A name without a file is an error before anything is asked of the server.
      for (const name of wanted) await soundPlan(context, await planFileOf(context, name));
      const warning = warnOfLinks(context.config());
      if (warning !== undefined) context.print(warning);
      await interruptible(
        (signal) =>
          withConnection(
            context,
            async (connection) => {
              const { outdated } = connection;
              await work(context, connection, wanted, options, orOutdated(signal, outdated));
              outdated.throwIfAborted();
            },
            'work',
          ),
        (name) => context.print(`\n${name}: stopping running commands… press Ctrl-C again to force.`),
      );
    });
}
