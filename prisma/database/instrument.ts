import { asDatabaseError } from './errors.ts';

/** How many statements were sent. */
export interface Counter {
  sent: number;
}

type SendAnything = (...input: unknown[]) => unknown;

/**
 * Makes a connection count its statements, give each a time in milliseconds by which an answer must have
 * come, and reject with DatabaseUnavailableError when the connection fails, whoever uses it.
 */
export function instrument<Client extends { query: unknown }>(
  client: Client,
  counter: Counter,
  query_timeout: number,
): void {
  const send = (client.query as SendAnything).bind(client);
  const counted: SendAnything = (first, ...rest) => {
    counter.sent += 1;
    const result = send(isStatement(first) ? { query_timeout, ...first } : first, ...rest);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw asDatabaseError(error);
    });
  };
  client.query = counted;
}

// What has `submit` is a stream: it must stay the same object, and watches its own time.
function isStatement(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('submit' in value);
}
