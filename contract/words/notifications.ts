import { type Colour, type WordFacts, wordsOf } from './words.ts';

/** What a variable of a channel contains. It is checked in `server/settings/channels.ts`. */
export type ChannelVariableKind = 'url' | 'mailServer' | 'sender' | 'recipients' | 'signingSecret';

/** What is known of a variable of a channel. */
export interface ChannelVariable {
  kind: ChannelVariableKind;
  /** Whether its value is a secret: it can come from a file as well, and is masked in every output. */
  isSecret: boolean;
  /** Whether nothing but Nightshift reads a variable of this name. */
  isOwn: boolean;
}

interface ChannelFacts extends WordFacts {
  /** What people call it. */
  title: string;
  /** The variables that configure it: all of them are set, or none. */
  variables: Record<string, ChannelVariable>;
}

/**
 * The ways by which notifications leave, as deliveries name them. A new one is an entry here and a file of its name in
 * `channels/senders`.
 */
export const channelFacts = {
  slack: {
    title: 'Slack',
    means: 'The URL in `SLACK_WEBHOOK`.',
    variables: { SLACK_WEBHOOK: { kind: 'url', isSecret: true, isOwn: false } },
  },
  email_webhook: {
    title: 'the email webhook',
    means: 'The URL in `EMAIL_WEBHOOK`.',
    variables: { EMAIL_WEBHOOK: { kind: 'url', isSecret: true, isOwn: true } },
  },
  smtp: {
    title: 'mail',
    means: 'A mail to one of `NOTIFY_EMAILS`.',
    variables: {
      SMTP_URL: { kind: 'mailServer', isSecret: true, isOwn: false },
      SMTP_FROM: { kind: 'sender', isSecret: false, isOwn: false },
      NOTIFY_EMAILS: { kind: 'recipients', isSecret: false, isOwn: true },
    },
  },
  webhook: {
    title: 'the webhook',
    means: 'The URL in `NOTIFY_WEBHOOK_URL`, as a signed webhook.',
    variables: {
      NOTIFY_WEBHOOK_URL: { kind: 'url', isSecret: true, isOwn: true },
      NOTIFY_WEBHOOK_SECRET: { kind: 'signingSecret', isSecret: true, isOwn: true },
    },
  },
} as const satisfies Record<string, ChannelFacts>;

export type ChannelName = keyof typeof channelFacts;
export const channelNames = wordsOf(channelFacts);

/** One receiver of notifications; what is secret of it is known to the server's configuration alone. */
export interface Channel {
  name: ChannelName;
  /** The address of a mail; null elsewhere. */
  recipient: string | null;
  /** Where its messages go, without what is secret. */
  target?: string;
}

/** What a notification can tell. */
export const deliveryKindFacts = {
  approval_needed: { means: 'A task needs approval.' },
  approval_changed: { means: 'A new push changed the pull request that needs approval.' },
  approval_reminder: { means: 'A reminder: an approval is still pending.' },
  approval_escalated: { means: 'Nobody decided in time, and others may now decide too.' },
  approval_expired: { means: 'Nobody decided in time, and the approval ended as its policy says.' },
  pull_action_failed: { means: 'An approved pull request could not be merged or labelled.' },
  step_failed: { means: 'A step failed that had not failed in the run before.' },
  step_failed_again: { means: 'A step failed again.' },
  step_recovered: { means: 'A step succeeded that had failed in the run before.' },
  run_ended: { means: 'A run has nothing left to do.' },
  step_unclaimed: { means: 'No worker asks for tasks of a run that are ready.' },
  run_not_started: { means: 'Scheduled runs of a plan were skipped, missed or failed.' },
  digest: { means: 'The daily digest.' },
  test: { means: 'A test message, which somebody asked for.' },
} as const satisfies Record<string, WordFacts>;

export type DeliveryKind = keyof typeof deliveryKindFacts;
export const deliveryKinds = wordsOf(deliveryKindFacts);

interface DeliveryStateFacts extends WordFacts {
  colour: Colour;
}

/** Where a delivery can stand. */
export const deliveryStateFacts = {
  pending: { colour: 'yellow', means: 'A delivery attempt is due, now or later.' },
  delivered: { colour: 'green', means: 'The receiver accepted it.' },
  failed: {
    colour: 'red',
    means: 'No delivery attempts are left, or retrying would not help. `redeliver` sends it again.',
  },
  cancelled: { colour: 'gray', means: 'It was no longer needed.' },
} as const satisfies Record<string, DeliveryStateFacts>;

export type DeliveryState = keyof typeof deliveryStateFacts;
export const deliveryStates = wordsOf(deliveryStateFacts);

/** When you are notified. Notifications that a task needs approval are always sent immediately. */
export const notifyWhenFacts = {
  now: { means: 'Immediately.' },
  digest: { means: 'With the next daily digest.' },
  never: { means: 'Never.' },
} as const satisfies Record<string, WordFacts>;

export const notifyWhens = wordsOf(notifyWhenFacts);
