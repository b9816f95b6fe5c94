import { readRetryAfter } from '../contract/input/retryAfter.ts';
import type { SendOutcome } from '../contract/notifications/delivery.ts';
import { OutboundRefusedError } from './outbound/guard.ts';
import type { Outbound } from './outbound/outbound.ts';

/**
 * Posts JSON and tells what came of it; accepted is a 2xx. Faults are told without the address, which is a secret.
 * Redirects are not followed, and an answer that would be the same again is final.
 */
export async function post(
  outbound: Pick<Outbound, 'fetch'>,
  url: string,
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<SendOutcome> {
  try {
    const response = await outbound.fetch(url, {
      method: 'POST',
      body,
      signal,
      headers: { 'content-type': 'application/json', 'user-agent': 'nightshift', ...headers },
    });
    await response.body?.cancel();
    return response.ok ? { accepted: true, statusCode: response.status } : refusal(response);
  } catch (error) {
    return { accepted: false, ...explain(error) };
  }
}

function refusal({ status, statusText, headers }: Response): SendOutcome {
  const refused = { accepted: false, statusCode: status } as const;
  if (status >= 300 && status < 400) {
    const error = `answered ${status}, a redirect, which is not followed. Configure the URL that it leads to`;
    return { ...refused, error, final: true };
  }
  return {
    ...refused,
    error: `answered ${`${status} ${statusText}`.trim()}`,
    final: status < 500 && ![408, 425, 429].includes(status),
    retryAfterMs: readRetryAfter(headers.get('retry-after')),
  };
}

/** Says why something could not be sent, by the code of a network error: its text may hold the address. */
export function explain(error: unknown): { error: string; final: boolean } {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause);
  const refused = causes.find((cause) => cause instanceof OutboundRefusedError);
  if (refused) return { error: refused.message, final: true };
  if (causes.some(({ name }) => name === 'TimeoutError'))
    return { error: 'did not answer in time', final: false };
  if (causes.some(({ name }) => name === 'AbortError')) return { error: 'was interrupted', final: false };
  const code = causes
    .map((cause) => ('code' in cause ? cause.code : undefined))
    .findLast((one) => typeof one === 'string');
  return { error: `could not be reached${code === undefined ? '' : ` (${code})`}`, final: false };
}
