import type { ChannelName, DeliveryKind } from '../words/notifications.ts';

/** A delivery that one process alone may send until its claim lapses. */
export interface ClaimedDelivery {
  id: string;
  kind: DeliveryKind;
  channel: ChannelName;
  recipient: string | null;
  taskId: number | null;
  approvalId: number | null;
  runId: string | null;
  payload: unknown;
  createdAt: string;
  /** The number of this try, which fences its outcome. */
  number: number;
  /** Which try it is since it was last asked for, from 1. */
  tries: number;
  /** As they are now, since none is copied into every delivery. */
  outputsUri: string | null;
  logExcerpt: string | null;
  /** What the task was given. */
  inputs: unknown;
}

/** What came of a try. Errors name neither addresses nor secrets. */
export type SendOutcome =
  | { accepted: true; statusCode?: number }
  | {
      accepted: false;
      error: string;
      statusCode?: number;
      /** Whether a later try would come to the same. */
      final: boolean;
      /** How long the receiver asks to wait. */
      retryAfterMs?: number | undefined;
    };
