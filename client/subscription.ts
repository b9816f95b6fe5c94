import { readRetryAfter } from '../contract/input/retryAfter.ts';
import { ApiError, ApiUnreachableError } from './errors.ts';
import { readEventStream } from './eventStream.ts';
import { checkProtocol } from './protocol.ts';
import { type ConnectionOptions, endpointOf, headersOf, keyOfMoment } from './request.ts';
import { delayOf, waitFor } from './retry.ts';

/** What to subscribe to, and what to do around it. */
export interface Subscription<T> {
  /** The operation and its variables, as JSON. */
  body: string;
  /** What is watched, as the log names it. */
  what: string;
  /** Takes an event out of the data of an answer. */
  read(data: unknown): T;
  /** Gives what may have been missed after a break; it comes before what the new connection brings. */
  catchUp?: ((signal: AbortSignal) => AsyncIterable<T>) | undefined;
  /** Called when the server is connected. */
  onConnect?: (() => void) | undefined;
}

/** How long a stream may be silent; the server sends a ping every 12 seconds. */
const maxSilenceMs = 45_000;

/**
 * Yields the events of a subscription, and connects again after a broken connection. Ends with the signal, or when the
 * reader stops.
 * @throws ApiError when the server refuses, ApiUnreachableError after as many failures in a row as there are attempts
 */
export async function* subscribe<T>(
  options: ConnectionOptions,
  subscription: Subscription<T>,
  signal?: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let failures = 0;
  try {
    for (let isAgain = false; !either.aborted; isAgain = true) {
      const end: StreamEnd = {};
      for await (const event of connectOnce(options, subscription, { signal: either, isAgain, end })) {
        failures = 0;
        if (event === undefined) subscription.onConnect?.();
        else yield event;
      }
      failures += 1;
      await pauseOrGiveUp(options, subscription.what, either, failures, end);
    }
  } finally {
    stop.abort();
  }
}

/** Why a stream ended; nothing when the server ended it, as it does when it stops. */
interface StreamEnd {
  cause?: unknown;
}

async function pauseOrGiveUp(
  options: ConnectionOptions,
  what: string,
  signal: AbortSignal,
  failures: number,
  { cause }: StreamEnd,
): Promise<void> {
  if (signal.aborted) return;
  if (cause instanceof ApiError && !isPassing(cause)) throw cause;
  const reason = cause ?? new Error('the server ended the stream');
  if (failures > options.retries) throw new ApiUnreachableError(endpointOf(options.url), failures, reason);
  const waitMs = delayOf(options, failures, cause instanceof StreamRefused ? cause.afterMs : undefined);
  options.log?.(`Watching ${what} was interrupted; connecting again in ${waitMs} ms.`);
  await waitFor(waitMs, signal).catch(() => undefined);
}

/** Yields undefined when connected, then the events; after a break first what was missed. */
async function* connectOnce<T>(
  options: ConnectionOptions,
  { body, read, catchUp }: Subscription<T>,
  { signal, isAgain, end }: { signal: AbortSignal; isAgain: boolean; end: StreamEnd },
): AsyncGenerator<T | undefined, void, undefined> {
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new Error(`nothing came for ${maxSilenceMs} ms`)),
    maxSilenceMs,
  );
  try {
    const both = AbortSignal.any([signal, silence.signal]);
    const response = await fetch(endpointOf(options.url), {
      method: 'POST',
      headers: {
        ...headersOf(options),
        ...(await keyOfMoment(options)),
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body,
      signal: both,
    });
    checkProtocol(options.url, response);
    if (!response.ok || response.body === null) throw await refusalOf(response);
    const events = readEventStream(response.body);
    yield undefined;
    if (isAgain && catchUp) yield* catchUp(both);
    for await (const { event, data } of events) {
      timer.refresh();
      if (event === 'complete') return;
      if (event === 'next') yield read(dataIn(data));
    }
  } catch (error) {
    end.cause = error;
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** A server that cannot serve now. */
class StreamRefused extends Error {
  readonly afterMs: number | undefined;

  constructor(response: Response) {
    super(`status ${response.status}`);
    this.afterMs = readRetryAfter(response.headers.get('retry-after'));
  }
}

async function refusalOf(response: Response): Promise<Error> {
  const text = await response.text();
  const [, data] = /^data: ?(.*)$/m.exec(text) ?? [];
  const error = errorIn(data ?? text);
  const isLimited = response.status === 429 && error?.code !== 'TOO_MANY_WRONG_KEYS';
  if (response.status >= 500 || isLimited) return new StreamRefused(response);
  return error ?? new ApiError(`status ${response.status}`, 'NOT_GRAPHQL', { status: response.status });
}

function dataIn(data: string): unknown {
  const error = errorIn(data);
  if (error) throw error;
  return (JSON.parse(data) as { data: unknown }).data;
}

function errorIn(text: string): ApiError | undefined {
  try {
    const { errors } = JSON.parse(text) as { errors?: { message: string; extensions?: { code?: string } }[] };
    const [first] = errors ?? [];
    return first && new ApiError(first.message, first.extensions?.code ?? 'UNKNOWN');
  } catch {
    return undefined;
  }
}

function isPassing({ code }: ApiError): boolean {
  return code === 'SERVICE_UNAVAILABLE' || code === 'INTERNAL_SERVER_ERROR';
}
