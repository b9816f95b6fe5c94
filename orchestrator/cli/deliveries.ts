import type { Command } from 'commander';
import { type Delivery, expectType } from '../../client/index.ts';
import { deliveryStateFacts } from '../../contract/words/notifications.ts';
import { spaced, wordOf } from '../../contract/words/words.ts';
import { paint, type Terminal } from '../terminal.ts';
import { showTime } from '../text/showTime.ts';
import { withConnection, withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { collectRefusals } from './decide.ts';
import { printMore, take } from './list.ts';
import { narrowDetail, narrowId, narrowName, narrowText, narrowTime } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';
import { parseCount, parseDeliveryId } from './parse.ts';

interface DeliveriesOptions {
  failed?: boolean;
  limit: number;
  output: Format;
}

/** `nightshift deliveries`: which notifications went to which channels, and which failed. */
export function addDeliveries(program: Command, context: CliContext): void {
  program
    .command('deliveries')
    .description('list the notifications of the server and their delivery, newest first')
    .option('--failed', 'only those that failed and are not retried any more')
    .option('-n, --limit <number>', 'maximum number of rows, up to 1000', parseCount(1000), 50)
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  nightshift deliveries --failed')
    .action(({ failed, limit, output }: DeliveriesOptions) =>
      withReader(context, async ({ client }) => {
        const wanted = failed ? (['FAILED'] as const) : undefined;
        const pages = client.walkDeliveries(wanted && [...wanted], { pageSize: Math.min(50, limit + 1) });
        const { rows, more } = await take(pages, limit);
        printRows<Delivery>(context, rows, deliveryPrinter(context.stdout), output);
        if (more) printMore(context, rows.length);
        const [lost] = rows.filter(({ state }) => state === 'FAILED');
        if (lost && output === 'table')
          context.print(`\nSend again with: nightshift redeliver ${lost.deliveryId}`);
      }),
    );
}

/** `nightshift redeliver`: sends notifications again. */
export function addRedeliver(program: Command, context: CliContext): void {
  program
    .command('redeliver')
    .argument(
      '<id...>',
      'delivery IDs, or their first eight digits, as "nightshift deliveries" shows them',
      (text: string, ids: string[] | undefined) => [...(ids ?? []), parseDeliveryId(text)],
    )
    .description('send notifications again now, with all their delivery attempts')
    .addHelpText('after', '\nExample:\n  nightshift redeliver 0b6d7a1e')
    .action((ids: string[]) =>
      withConnection(context, async ({ client }) => {
        for (const id of new Set(ids)) {
          await collectRefusals(context, `redeliver ${id}`, async () => {
            const { deliveryId, channel, kind } = expectType(await client.redeliver(id), 'Delivery');
            context.stdout.write(
              `${deliveryId}: sending ${spaced(wordOf(kind))} to ${spaced(wordOf(channel))} again\n`,
            );
          });
        }
      }),
    );
}

function deliveryPrinter(stream: Terminal): Printer<Delivery> {
  return {
    empty: 'There are no notifications.',
    columns: [
      { head: 'DELIVERY', show: ({ deliveryId }) => deliveryId, narrow: narrowId },
      { head: 'CREATED', show: ({ createdAt }) => showTime(createdAt), narrow: narrowTime },
      { head: 'WHAT', show: ({ kind }) => spaced(wordOf(kind)), narrow: narrowName },
      { head: 'ABOUT', show: describeSubject, narrow: narrowName },
      {
        head: 'TO',
        show: ({ channel, recipient }) => recipient ?? spaced(wordOf(channel)),
        narrow: narrowName,
      },
      { head: 'STATE', show: ({ state }) => paintState(state, stream) },
      { head: 'ATTEMPTS', show: ({ tries }) => String(tries.at(-1)?.number ?? 0), narrow: narrowDetail },
      { head: 'NEXT OR ERROR', show: describeNext, narrow: narrowText },
    ],
    fields: {
      delivery_id: ({ deliveryId }) => deliveryId,
      kind: ({ kind }) => wordOf(kind),
      channel: ({ channel }) => wordOf(channel),
      recipient: ({ recipient }) => recipient,
      task_id: ({ task }) => task?.databaseId ?? null,
      run_id: ({ runId }) => runId,
      state: ({ state }) => wordOf(state),
      due_at: ({ dueAt }) => dueAt,
      delivered_at: ({ deliveredAt }) => deliveredAt,
      tries: ({ tries }) => tries.at(-1)?.number ?? 0,
      error: ({ error }) => error,
      created_at: ({ createdAt }) => createdAt,
    },
  };
}

/** The task or the run that it is about; one about a plan or a whole night has neither. */
function describeSubject({ task, runId }: Delivery): string {
  return task === null ? (runId ?? '–') : `${task.databaseId} ${task.task}`;
}

function describeNext({ state, error, dueAt }: Delivery): string {
  const next = state === 'PENDING' ? `due ${showTime(dueAt)}` : '';
  return [next, error].filter(Boolean).join('; ');
}

function paintState(state: Delivery['state'], stream: Terminal): string {
  const word = wordOf(state);
  return paint(deliveryStateFacts[word].colour, word, stream);
}
