import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { plural } from '../../contract/text/plural.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';

/** `nightshift drain`: has workers take nothing new, let what they run finish, and leave. */
export function addDrain(program: Command, context: CliContext): void {
  program
    .command('drain <worker...>')
    .description('have workers take no new tasks, finish the running ones, and exit')
    .addHelpText(
      'after',
      `
Name workers as "nightshift workers" shows them. Each process of that name
that is running now is notified within half a minute, or when one of its
commands ends; one that starts later takes tasks as usual. The audit log records
it.

Examples:
  nightshift drain build-7/4242
  nightshift drain gpu-1 gpu-2`,
    )
    .action((workers: string[]) =>
      withConnection(context, async ({ client }) => {
        for (const name of new Set(workers)) {
          const { worker, running } = expectType(await client.drainWorker(name), 'DrainedWorker');
          context.stdout.write(`${worker} takes no new tasks; ${describeRunning(running)}\n`);
        }
      }),
    );
}

function describeRunning(running: number): string {
  if (running === 0) return 'it runs nothing now.';
  return `${plural(running, 'command is', 'commands are')} still running.`;
}
