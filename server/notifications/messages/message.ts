import type { ClaimedDelivery } from '../../../contract/notifications/delivery.ts';
import { oneLine, printable } from '../../../contract/text/plainText.ts';
import type { DeliveryKind } from '../../../contract/words/notifications.ts';
import { approvalMessage } from './approval.ts';
import { digestMessage } from './digest.ts';
import { outcomeMessage } from './outcome.ts';
import { noPages, type Pages } from './pages.ts';
import { runMessage } from './run.ts';
import { scheduleMessage } from './schedule.ts';
import { stepMessage } from './step.ts';
import { unclaimedMessage } from './unclaimed.ts';

/** One thing that is known, by a short name. */
export type Fact = readonly [name: string, value: string, more?: FactMore];

/** Names of facts that only begin a line. */
export const bullets: ReadonlySet<string> = new Set(['·', '…']);

/** What belongs to a fact. */
export interface FactMore {
  /** Where to see it. */
  url?: string | undefined;
  /** For how many things it stands, where a list ends with the rest. @default 1 */
  stands?: number;
}

/** What a notification says, for every channel to lay out in its way. */
export interface Message {
  /** One line of plain text, such as `Task seo.validate awaiting approval`. */
  title: string;
  /** The same with the one link that matters most, as Slack has always been told. */
  text: string;
  /** More that is known. */
  facts: readonly Fact[];
  links: readonly { label: string; url: string }[];
  /** The last words of a command, or other text to show as it is. */
  excerpt: string | null;
  /** What the email webhook gets. */
  email: object;
  /** What happened, for programs: see `typeOf`. */
  type: string;
  /** What programs get with it. */
  data: object;
}

/** What is written of a notification; its type comes of its kind. */
export type MessageContent = Omit<Message, 'type'>;

/** Writes what a delivery says; `approvalUrl` is where its recipient can decide, where that is known. */
export type MessageBuilder = (
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
