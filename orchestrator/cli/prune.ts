import type { Command } from 'commander';
import { plural } from '../../contract/text/plural.ts';
import { showTime } from '../text/showTime.ts';
import { canAsk, confirm } from './confirm.ts';
import { withConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { parseTime } from './parse.ts';

interface PruneOptions {
  before?: string;
  olderThan?: string;
  yes?: boolean;
}

/** `nightshift prune`: deletes what is old and over. */
export function addPrune(program: Command, context: CliContext): void {
  program
    .command('prune')
    .description('delete old runs and tasks that have finished')
    .option('--before <time>', 'delete what is older than this time, e.g. 2025-01-15', parseTime)
    .option('--older-than <duration>', 'delete what is older than this, e.g. 90d', parseTime)
    .option('-y, --yes', 'do not ask for confirmation; required without a terminal')
    .addHelpText(
      'after',
      '\nA run of a plan is deleted as a whole, once all of it ended before that time.\nExternally reported tasks are deleted one by one, by their start time.\n\nExamples:\n  nightshift prune --older-than 90d\n  nightshift prune --before 2025-01-01 --yes',
    )
    .action(async (options: PruneOptions) => {
      const before = options.before ?? options.olderThan;
      if (before === undefined || (options.before !== undefined && options.olderThan !== undefined)) {
        throw new UserError('Pass either --before <time> or --older-than <duration>.', 2);
      }
      if (!options.yes && !canAsk(context)) {
        throw new UserError('Not a terminal: pass --yes to confirm.', 2);
      }
      await withConnection(context, async ({ client }) => {
        if (!options.yes) {
          const count = await client.countTasks({ until: before });
          if (count === 0)
            return context.print(`No task started before ${showTime(before)}: nothing to delete.`);
          await confirm(context, question(before, count), 'Nothing was deleted.');
        }
        context.stdout.write(describe(await client.pruneTasks(before)));
      });
    });
}

/** Many tasks are not counted to the end. */
function question(before: string, count: number | null): string {
  const many = (count ?? 0) >= 10_000 ? 'At least 10,000 tasks' : plural(count ?? 0, 'task');
  return `${many} started before ${showTime(before)}. Delete those that have finished? This cannot be undone.`;
}

function describe({ deleted, keptRuns }: { deleted: number; keptRuns: number }): string {
  const kept = `${plural(keptRuns, 'older run was', 'older runs were')} kept: not finished, or finished later\n`;
  return `${plural(deleted, 'task')} deleted\n${keptRuns > 0 ? kept : ''}`;
}
