import { Argument, type Command } from 'commander';
import { type Client, expectType } from '../../client/index.ts';
import { channelNames, deliveryStateFacts } from '../../contract/words/notifications.ts';
import { graphqlName, spaced, wordOf } from '../../contract/words/words.ts';
import { paint, type Terminal } from '../terminal.ts';
import { showTime } from '../text/showTime.ts';
import { withConnection, withReader } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { narrowName, narrowText, narrowTime } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';

type Channel = Awaited<ReturnType<Client['channels']>>[number];
type ChannelName = (typeof channelNames)[number];

/** `nightshift channels`: where notifications go, and whether they arrive. */
export function addChannels(program: Command, context: CliContext): void {
  const channels = program
    .command('channels')
    .description('list the channels of the server, and send them a test message');
  channels
    .command('list')
    .description('list the channels of the server and the last delivery to each')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  nightshift channels list')
    .action(({ output }: { output: Format }) =>
      withReader(context, async ({ client }) =>
        printRows(context, await client.channels(), channelPrinter(context.stdout), output),
      ),
    );
  channels
    .command('test')
    .addArgument(new Argument('<channel>', 'which channel').choices(channelNames))
    .argument('[recipient]', 'for smtp: one of the addresses in NOTIFY_EMAILS')
    .description('send one real test message, and say what came back')
    .addHelpText(
      'after',
      `
It is sent once, waits up to 8 seconds for the answer, and is on record. Each
channel takes one test message in 30 seconds.

Examples:
  nightshift channels test slack
  nightshift channels test smtp ann@example.org`,
    )
    .action((channel: ChannelName, recipient: string | undefined) =>
      withConnection(context, async ({ client }) => {
        const input = { channel: graphqlName(channel), ...(recipient === undefined ? {} : { recipient }) };
        const answer = await client.testChannel(input);
        const { deliveryId, state, error, tries } = expectType(answer, 'Delivery');
        const label = [spaced(channel), recipient].filter(Boolean).join(' ');
        const code = tries.at(-1)?.statusCode ?? null;
        if (state === 'FAILED') throw new UserError(`${label}: ${error ?? 'failed'} (${deliveryId})`);
        const outcome =
          state === 'DELIVERED'
            ? `accepted the test message${code === null ? '' : ` (${code})`}`
            : 'has not answered yet; see "nightshift deliveries"';
        context.stdout.write(`${deliveryId}: ${label} ${outcome}\n`);
      }),
    );
}

function channelPrinter(stream: Terminal): Printer<Channel> {
  return {
    empty: 'This server has no channels. Set SLACK_WEBHOOK or another to be notified.',
    columns: [
      { head: 'CHANNEL', show: ({ channel }) => spaced(wordOf(channel)) },
      { head: 'TO', show: ({ recipient, target }) => recipient ?? target ?? '', narrow: narrowName },
      {
        head: 'LAST',
        show: ({ lastDelivery }) => showTime(lastDelivery?.createdAt ?? null),
        narrow: narrowTime,
      },
      {
        head: 'WHAT',
        show: ({ lastDelivery }) => (lastDelivery ? spaced(wordOf(lastDelivery.kind)) : ''),
        narrow: narrowName,
      },
      { head: 'STATE', show: ({ lastDelivery }) => paintState(lastDelivery, stream) },
      { head: 'ERROR', show: ({ lastDelivery }) => lastDelivery?.error ?? '', narrow: narrowText },
    ],
    fields: {
      channel: ({ channel }) => wordOf(channel),
      recipient: ({ recipient }) => recipient,
      target: ({ target }) => target,
      last_delivery_id: ({ lastDelivery }) => lastDelivery?.deliveryId ?? null,
      last_kind: ({ lastDelivery }) => lastDelivery && wordOf(lastDelivery.kind),
      last_state: ({ lastDelivery }) => lastDelivery && wordOf(lastDelivery.state),
      last_error: ({ lastDelivery }) => lastDelivery?.error ?? null,
      last_created_at: ({ lastDelivery }) => lastDelivery?.createdAt ?? null,
    },
  };
}

function paintState(last: Channel['lastDelivery'], stream: Terminal): string {
  if (last === null) return '';
  const word = wordOf(last.state);
  return paint(deliveryStateFacts[word].colour, word, stream);
}
