import { AnswerWatch } from './answerWatch.ts';
import { asDatabaseError, DatabaseUnavailableError } from './errors.ts';

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
  timeoutMillis: number,
  isEmbedded = false,
): void {
  const send = (client.query as SendAnything).bind(client);
  const watch = new AnswerWatch(() => disconnect(client));
  const counted: SendAnything = (...input) => {
    counter.sent += 1;
    if (isStream(input[0]) || typeof input.at(-1) === 'function') return send(...input);
    const [statement, values] = input;
    watch.began(ownLimit(statement) ?? timeoutMillis);
    // The promises that the driver makes itself keep the rows long enough for the garbage collector to copy them.
    return new Promise((resolve, reject) => {
      send(statement, values, (error: unknown, result: unknown) => {
        watch.ended();
        if (error) reject(isEmbedded ? named(explain(error, watch)) : explain(error, watch));
        else resolve(result);
      });
    });
  };
  client.query = counted;
}

// What has `submit` is a stream: it must stay the same object, and watches its own time.
function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'submit' in value;
}

/** A statement may bring its own limit, which the driver keeps; then it must not be cut off earlier here. */
function ownLimit(statement: unknown): number | undefined {
  if (typeof statement !== 'object' || statement === null || !('query_timeout' in statement))
    return undefined;
  return typeof statement.query_timeout === 'number' ? statement.query_timeout : undefined;
}

/** The driver's `end` closes the socket at once while a statement waits for its answer. */
function disconnect(client: object): void {
  if ('end' in client && typeof client.end === 'function') client.end().catch(() => undefined);
}

function explain(error: unknown, { overdue }: AnswerWatch): Error {
  if (overdue === null) return asDatabaseError(error);
  const message = `The database gave no answer for ${overdue} ms. Try again later.`;
  return new DatabaseUnavailableError(message, { cause: error });
}

/** Nobody but its own limit of time cancels a statement of the embedded database, which cannot know that. */
function named(error: Error): Error {
  if ('code' in error && error.code === '57014')
    error.message = 'canceling statement due to statement timeout';
  return error;
}
