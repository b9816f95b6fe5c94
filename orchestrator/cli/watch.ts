import type { Command } from 'commander';
import type { Client, Task } from '../../client/index.ts';
import { wordOf } from '../../contract/words/words.ts';
import { exitCodeOf } from '../run/result.ts';
import { withReader } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { followWatched } from './followWatched.ts';
import { interruptible, orOutdated } from './interruption.ts';
import { asWatched, type Watched } from './watched.ts';
import { watchReader } from './watchReader.ts';

/** `nightshift watch`: follows a run until it has finished. */
export function addWatch(program: Command, context: CliContext): void {
  program
    .command('watch <run>')
    .description('follow the tasks of a run until it has finished')
    .addHelpText(
      'after',
      '\nIts exit code is that of the run. Ctrl-C stops watching, not the run.\n\nExample:\n  nightshift watch nightly-2025-01-15',
    )
    .action((runId: string) =>
      withReader(context, async (connection) => {
        await refuseUnknown(connection.client, runId);
        await watchRun(context, asWatched(connection), runId);
      }),
    );
}

async function refuseUnknown(client: Client, runId: string): Promise<void> {
  if ((await client.run(runId)) == null)
    throw new UserError(`There is no run ${runId}. "nightshift runs" lists those that exist.`);
}

/**
 * Says of each task of a run where it stands, whenever that changes, until nothing is queued or running, or nobody reads what
 * is said. A server that is away is waited for.
 */
export async function watchRun(context: CliContext, watched: Watched, runId: string): Promise<void> {
  const tasks = new Map<number, Task>();
  const reader = watchReader(context);
  const interruptedBy = await interruptible(
    (interrupted) => {
      const signal = orOutdated(interrupted, watched.outdated);
      return followWatched(context, watched, runId, { tasks, said: new Set(), signal, reader: reader.gone });
    },
    () => context.print('The run continues.'),
  ).finally(reader.stop);
  if (interruptedBy !== null) watched.outdated.throwIfAborted();
  context.exitWith(reader.gone.aborted ? 0 : codeOf([...tasks.values()], interruptedBy));
}

function codeOf(tasks: readonly Task[], interruptedBy: string | null): number {
  const ended = tasks.map(({ status }) => ({ status: wordOf(status) }));
  return exitCodeOf(ended, { pending: 0, refused: 0 }, interruptedBy);
}
