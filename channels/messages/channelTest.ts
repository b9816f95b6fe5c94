import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { MessageContent } from './message.ts';
import type { Pages } from './pages.ts';

/** Writes a message by which somebody tries a channel. */
export function testMessage(
  { kind, createdAt }: ClaimedDelivery,
  _approvalUrl: string | undefined,
  { base }: Pages,
): MessageContent {
  const title = 'Test message from Nightshift';
  return {
    title,
    text: `${title}: notifications reach this channel.${base === undefined ? '' : ` ${base}`}`,
    facts: [
      ['Result', 'Notifications reach this channel.'],
      ['Sent', `${createdAt.slice(0, 19).replace('T', ' ')} UTC`],
    ],
    links: base === undefined ? [] : [{ label: 'Nightshift', url: base }],
    excerpt: null,
    email: { status: 'test', kind, sent_at: createdAt, ...(base === undefined ? {} : { url: base }) },
    data: { sent_at: createdAt, ...(base === undefined ? {} : { url: base }) },
  };
}
