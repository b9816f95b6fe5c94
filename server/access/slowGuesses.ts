import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from './access.ts';
import { withoutToken } from './withoutToken.ts';
import type { WrongKeys } from './wrongKeys.ts';

/** A request that may carry a key. */
export interface KeyedRequest {
  access: Access;
  wrongKeys: WrongKeys;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Refusals that a right key would not have brought: of what it may do, of a large body, of one more body of strangers. */
const tellsOfKey = new Set([403, 413, 503]);

/**
 * Lets a request through, one with a wrong key after a while. Such a request counts against its address when it is
 * refused for the key, or when its caller does not wait for the answer: on what is open to all it does no harm.
 */
export function slowGuesses(
  { access, wrongKeys, request, response }: KeyedRequest,
  answer: () => void,
  refuse: () => void,
): void {
  const { headers, socket, url = '' } = request;
  const credentials = { headers, remoteAddress: socket.remoteAddress };
  const guess = access.guessOf(credentials);
  const address = access.addressOf(credentials);
  if (guess !== 'none' && wrongKeys.isFull(address)) refuse();
  else if (guess !== 'wrong') answer();
  else {
    const held = wrongKeys.hold(address);
    response.once('close', () => {
      const hasLeft = held !== undefined && !response.writableFinished;
      if (tellsOfKey.has(response.statusCode) || hasLeft)
        wrongKeys.note(address, withoutToken(url.split('?', 1)[0] ?? ''));
    });
    if (held === undefined) answer();
    else void held.then(() => response.destroyed || answer());
  }
}
