/** The ways by which notifications leave, as deliveries name them. */
export const channelNames = ['slack', 'email_webhook', 'smtp', 'webhook'] as const;
export type ChannelName = (typeof channelNames)[number];

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
