import type { Command } from 'commander';
import { canAsk, confirm } from './confirm.ts';
import { withConnection } from './connect.ts';
import { type CliContext, CliFault } from './context.ts';
import { parseTime } from './parse.ts';
import { showTime } from './taskRows.ts';

interface PruneOptions {
  before?: string;
  olderThan?: string;
  yes?: boolean;
}

/** `nightshift prune`: deletes old tasks. */
export function addPrune(program: Command, context: CliContext): void {
  program
    .command('prune')
    .description('delete the tasks that started before a time')
    .option('--before <time>', 'tasks that started before this time, e.g. 2025-01-15', parseTime)
    .option('--older-than <duration>', 'tasks that started longer ago than this, e.g. 90d', parseTime)
    .option('-y, --yes', 'delete without asking; needed where nobody can be asked')
    .addHelpText(
      'after',
      '\nExamples:\n  nightshift prune --older-than 90d\n  nightshift prune --before 2025-01-01 --yes',
    )
    .action(async (options: PruneOptions) => {
      const before = options.before ?? options.olderThan;
      if (before === undefined || (options.before !== undefined && options.olderThan !== undefined)) {
        throw new CliFault('Say what to delete with one of --before <time> and --older-than <duration>.', 2);
      }
      if (!options.yes && !canAsk(context)) {
        throw new CliFault('Nobody can be asked here: add --yes to delete without asking.', 2);
      }
      await withConnection(context, async ({ client }) => {
        const count = (await client.countTasks({ until: before })) ?? 0;
        const many = count >= 10_000 ? 'at least 10,000' : count.toLocaleString('en');
        const question = `Delete ${many} ${count === 1 ? 'task' : 'tasks'} that started before ${showTime(before)}, for good?`;
        if (!options.yes && !(await confirm(context, question))) throw new CliFault('Nothing was deleted.');
        const { deleted } = await client.pruneTasks(before);
        context.stdout.write(`${deleted} ${deleted === 1 ? 'task' : 'tasks'} deleted\n`);
      });
    });
}
