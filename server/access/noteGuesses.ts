import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from './access.ts';
import { credentialsOf } from './credentials.ts';
import { readKeys } from './keys.ts';
import { withoutToken } from './withoutToken.ts';
import type { WrongKeys } from './wrongKeys.ts';

/** A request that may carry a key. */
export interface KeyedRequest {
  access: Pick<Access, 'wrongKeySources' | 'addressOf'>;
  wrongKeys: Pick<WrongKeys, 'note'>;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Refusals that a right key may not have brought: of what it may do, of a large body, of one more request or body of strangers. */
const statusesOfKeys = new Set([403, 413, 429, 503]);

/** Says whether an answer tells a wrong key from a right one by itself, so that it is noted without more. */
export function tellsOfKey(response: ServerResponse): boolean {
  return statusesOfKeys.has(response.statusCode) || response.hasHeader('ratelimit');
}

/**
 * Notes a request with a wrong key once its answer has told it from one with a right key: it was refused, or says how many
 * requests are left, which are counted by who calls. What is open to all and tells neither does no harm. A request without
 * a key, or with a right one, costs nothing.
 */
export function noteGuesses({ access, wrongKeys, request, response }: KeyedRequest): void {
  if (readKeys(request.headers).length === 0) return;
  const credentials = credentialsOf(request);
  response.once('close', () => {
    if (!tellsOfKey(response)) return;
    const sources = access.wrongKeySources(credentials);
    if (sources.length === 0) return;
    const path = withoutToken(request.url?.split('?', 1)[0] ?? '');
    wrongKeys.note(sources, { address: access.addressOf(credentials), path });
  });
}
