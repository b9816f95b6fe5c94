/** What a variable of a channel holds. Its check stands in `server/settings/channels.ts`. */
export type ChannelVariableKind = 'url' | 'mailServer' | 'sender' | 'recipients' | 'signingSecret';

/** What is known of a variable of a channel. */
export interface ChannelVariable {
  kind: ChannelVariableKind;
  /** Whether its value is a secret: it can come from a file as well, and is masked in every output. */
  isSecret: boolean;
  /** Whether nothing but Nightshift reads a variable of this name. */
  isOwn: boolean;
}

interface ChannelFacts {
  /** What people call it. */
  title: string;
  /** What GraphiQL says of it. */
  means: string;
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
    means: 'The address in `SLACK_WEBHOOK`.',
    variables: { SLACK_WEBHOOK: { kind: 'url', isSecret: true, isOwn: false } },
  },
  email_webhook: {
    title: 'the email webhook',
    means: 'The address in `EMAIL_WEBHOOK`.',
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
    means: 'The address in `NOTIFY_WEBHOOK_URL`, signed.',
    variables: {
      NOTIFY_WEBHOOK_URL: { kind: 'url', isSecret: true, isOwn: true },
      NOTIFY_WEBHOOK_SECRET: { kind: 'signingSecret', isSecret: true, isOwn: true },
    },
  },
} as const satisfies Record<string, ChannelFacts>;

export type ChannelName = keyof typeof channelFacts;
export const channelNames = Object.keys(channelFacts) as [ChannelName, ...ChannelName[]];

/** One receiver of notifications; what is secret of it is known to the server's configuration alone. */
export interface Channel {
  name: ChannelName;
  /** The address of a mail; null elsewhere. */
  recipient: string | null;
}

/** What a notification can tell. */
export const deliveryKinds = [
  'approval_needed',
  'approval_changed',
  'approval_reminder',
  'approval_escalated',
  'approval_expired',
  'pull_action_failed',
  'step_failed',
  'step_failed_again',
  'step_recovered',
  'run_ended',
  'step_unclaimed',
  'run_not_started',
  'digest',
] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

/** Where a delivery can stand. */
export const deliveryStates = ['pending', 'delivered', 'failed', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];
