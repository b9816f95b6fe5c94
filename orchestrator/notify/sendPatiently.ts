import { setTimeout as wait } from 'node:timers/promises';
import type { SendOutcome } from '../../contract/notifications/delivery.ts';

/** How a message is sent; times in milliseconds. */
export interface SendLimits {
  timeoutMs: number;
  tries: number;
  /** The pause before the second try; it doubles with each. */
  backoffMs: number;
  /** The longest `Retry-After` that is waited for. */
  longestWaitMs: number;
}

export const sendLimits: SendLimits = { timeoutMs: 10_000, tries: 3, backoffMs: 1000, longestWaitMs: 30_000 };

/**
 * Tries to send until the receiver accepts it, refuses for good, or the tries are used up. Resolves with null when it
 * was accepted, else with why it was not, without the address, which is a secret.
 */
export async function sendPatiently(
  send: (signal: AbortSignal) => Promise<SendOutcome>,
  signal: AbortSignal,
  limits: SendLimits = sendLimits,
): Promise<string | null> {
  let failure = 'was not tried';
  for (let attempt = 1; attempt <= limits.tries && !signal.aborted; attempt++) {
    const outcome = await send(AbortSignal.any([signal, AbortSignal.timeout(limits.timeoutMs)]));
    if (outcome.accepted) return null;
    failure = outcome.error;
    if (outcome.final || attempt === limits.tries) break;
    const pause = outcome.retryAfterMs ?? limits.backoffMs * 2 ** (attempt - 1);
    await wait(Math.min(pause, limits.longestWaitMs), undefined, { signal }).catch(() => undefined);
  }
  return failure;
}
