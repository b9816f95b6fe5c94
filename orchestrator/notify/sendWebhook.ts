import { setTimeout as wait } from 'node:timers/promises';

/** How a webhook is sent. */
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
 * Posts JSON and resolves with null when the receiver answered 2xx, else with why it did not, without the address,
 * which is a secret. Redirects are not followed; a refusal that would not change is not tried again.
 */
export async function sendWebhook(
  url: string,
  payload: object,
  signal: AbortSignal,
  limits: SendLimits = sendLimits,
): Promise<string | null> {
  let failure = 'was not tried';
  for (let attempt = 1; attempt <= limits.tries && !signal.aborted; attempt++) {
    const answer = await post(url, payload, signal, limits.timeoutMs);
    if (answer.ok) return null;
    failure = answer.failure;
    if (answer.final || attempt === limits.tries) break;
    const pause = Math.min(
      answer.retryAfterMs ?? limits.backoffMs * 2 ** (attempt - 1),
      limits.longestWaitMs,
    );
    await wait(pause, undefined, { signal }).catch(() => undefined);
  }
  return failure;
}

type Answer = { ok: true } | { ok: false; failure: string; final: boolean; retryAfterMs?: number };

async function post(url: string, payload: object, signal: AbortSignal, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'nightshift' },
      body: JSON.stringify(payload),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return response.ok ? { ok: true } : refusal(response);
  } catch (error) {
    return { ok: false, failure: explain(error, timeoutMs), final: false };
  }
}

function refusal({ status, statusText, headers }: Response): Answer {
  if (status >= 300 && status < 400) {
    return {
      ok: false,
      failure: `answered ${status}, a redirect; configure the address it leads to`,
      final: true,
    };
  }
  const failure = `answered ${`${status} ${statusText}`.trim()}`;
  const final = status < 500 && ![408, 425, 429].includes(status);
  return { ok: false, failure, final, retryAfterMs: readRetryAfter(headers.get('retry-after')) };
}

/** Reads `Retry-After`, seconds or a date, into milliseconds (RFC 9110, 10.2.3). */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Says what went wrong by its code, since the texts of network errors may hold the address. */
function explain(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'could not be reached';
  if (error.name === 'TimeoutError') return `did not answer within ${timeoutMs / 1000} s`;
  if (error.name === 'AbortError') return 'was interrupted';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code === undefined ? 'could not be reached' : `could not be reached (${code})`;
}
