import { type Command, Option } from 'commander';
import { taskOf } from '../../client/index.ts';
import { lineOf } from '../terminal.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';
import { collectRefusals } from './decide.ts';
import { parseTaskId } from './parse.ts';

interface AckOptions {
  note?: string;
  undo?: boolean;
}

/** `nightshift ack`: says of failures that somebody is on it, or takes that back. */
export function addAck(program: Command, context: CliContext): void {
  program
    .command('ack')
    .argument('<task...>', 'IDs of failed tasks', (text: string, ids?: number[]) => [
      ...(ids ?? []),
      parseTaskId(text),
    ])
    .description('acknowledge failures, so that others know you are on it')
    .option('-m, --note <note>', 'what others should know, shown with the task')
    .addOption(new Option('--undo', 'take an acknowledgement back, whoever made it').conflicts('note'))
    .addHelpText(
      'after',
      `
The digest leaves acknowledged failures out. The first person counts; call it
again with another note to replace yours. Retrying the task ends it, and a
failure of the same step in a later run is one of its own. Tasks that somebody
rejected are no failures. The audit log records it.

Examples:
  nightshift ack 42 --note "flaky mirror, looking"
  nightshift ack 42 43
  nightshift ack 42 --undo
  nightshift list --unacknowledged --since 7d`,
    )
    .action((ids: number[], { note, undo }: AckOptions) =>
      withConnection(context, async ({ client }) => {
        for (const databaseId of new Set(ids)) {
          const key = { task: { databaseId } };
          await collectRefusals(context, `acknowledge task ${databaseId}`, async () => {
            const task = taskOf(
              undo
                ? await client.unacknowledgeTask(key)
                : await client.acknowledgeTask({ ...key, note: note ?? null }),
            );
            const by = task.acknowledgement?.by;
            const what = by === undefined ? 'is not acknowledged' : `is acknowledged by ${lineOf(by)}`;
            context.stdout.write(
              `${task.databaseId} ${lineOf(task.task)} of ${lineOf(task.runId)} ${what}.\n`,
            );
          });
        }
      }),
    );
}
