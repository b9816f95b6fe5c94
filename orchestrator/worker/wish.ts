import type { Lease } from './events.ts';
import {
  type AskSetting,
  type LeaseRequest,
  leaseOf,
  newRequest,
  noteAnswer,
  type Wish,
  wantedBy,
} from './leaseRequest.ts';
import type { Delivery } from './sendReport.ts';

/** A wish is to make no report too large for the server. */
const maxWishLength = 1_000_000;

/**
 * Wishes for the next task, unless the worker is over or its plan files are to be read first: then the slot asks by itself
 * after the report.
 */
export function makeWish(setting: AskSetting, over: AbortSignal): Wish | undefined {
  if (over.aborted || setting.plans.isDue()) return undefined;
  const request = newRequest();
  const input = { ...wantedBy(setting), requestId: request.requestId };
  if (JSON.stringify(input).length > maxWishLength) return undefined;
  setting.notes.asks(request.requestId);
  return { ...request, input };
}

/** What has come of a wish: the next lease, or the request that was not answered. */
export interface NextUp {
  lease?: Lease | undefined;
  unanswered?: LeaseRequest | undefined;
}

/** Reads what the answer to a report says of the wish that went with it. */
export function readNext(
  delivery: Delivery,
  wish: Wish | undefined,
  { onDrained, notes, freeze }: Pick<AskSetting, 'onDrained' | 'notes' | 'freeze'>,
): NextUp {
  if (wish === undefined) return {};
  if (delivery.type !== 'reported' || delivery.next == null) return { unanswered: wish };
  freeze.heard(delivery.next.freeze);
  if (delivery.next.drained) onDrained();
  return { lease: noteAnswer(wish, leaseOf(delivery.next, wish), notes) };
}
