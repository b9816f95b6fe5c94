import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import { oneLine, printable } from '../../contract/text/plainText.ts';
import type { DeliveryKind } from '../../contract/words/notifications.ts';
import { approvalMessage } from './approval.ts';
import { testMessage } from './channelTest.ts';
import { digestMessage } from './digest.ts';
import type { Message, MessageContent } from './message.ts';
import { outcomeMessage } from './outcome.ts';
import { noPages, type Pages } from './pages.ts';
import { runMessage } from './run.ts';
import { scheduleMessage } from './schedule.ts';
import { stepMessage } from './step.ts';
import { unclaimedMessage } from './unclaimed.ts';

/** Writes what a delivery says; `approvalUrl` is where its recipient can decide, where that is known. */
type MessageBuilder = (
  delivery: ClaimedDelivery,
  approvalUrl: string | undefined,
  pages: Pages,
) => MessageContent;

/** What is written for each kind of notification: a new kind is one line here. */
const builders: Record<DeliveryKind, MessageBuilder> = {
  approval_needed: approvalMessage,
  approval_changed: approvalMessage,
  approval_reminder: approvalMessage,
  approval_escalated: approvalMessage,
  approval_expired: outcomeMessage,
  pull_action_failed: outcomeMessage,
  step_failed: stepMessage,
  step_failed_again: stepMessage,
  step_recovered: stepMessage,
  run_ended: runMessage,
  step_unclaimed: unclaimedMessage,
  run_not_started: scheduleMessage,
  digest: digestMessage,
  test: testMessage,
};

/** Writes what a delivery says. */
export function messageOf(
  delivery: ClaimedDelivery,
  approvalUrl: string | undefined,
  pages: Pages = noPages,
): Message {
  const { kind } = delivery;
  return { ...inLines(builders[kind](delivery, approvalUrl, pages)), type: typeOf(kind) };
}

/** What happened, for programs: what it is about, a dot, and what of it, such as `step.failed_again`; of the digest its name. */
export function typeOf(kind: DeliveryKind): string {
  return kind.replace('_', '.');
}

/** What people read has one line for each fact, so that no name or reason can stand for a line of its own. */
function inLines({ title, text, facts, links, excerpt, ...rest }: MessageContent): MessageContent {
  return {
    ...rest,
    title: oneLine(title),
    text: oneLine(text),
    facts: facts.map(([name, value, ...more]) => [oneLine(name), oneLine(value), ...more]),
    links: links.map(({ label, url }) => ({ label: oneLine(label), url: oneLine(url) })),
    excerpt: excerpt && printable(excerpt),
  };
}
