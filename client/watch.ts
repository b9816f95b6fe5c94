import { print } from 'graphql';
import { readRetryAfter } from '../contract/input/retryAfter.ts';
import { ApiError, ApiUnreachableError } from './errors.ts';
import { readEventStream } from './eventStream.ts';
import {
  TaskChangedDocument,
  type TaskChangedSubscription,
  type TaskFieldsFragment,
} from './generated/graphql.ts';
import { checkProtocol } from './protocol.ts';
import { type ConnectionOptions, endpointOf, headersOf, keyOfMoment } from './request.ts';
import { delayOf, waitFor } from './retry.ts';

/** What watching needs beside the connection. */
export interface WatchOptions extends ConnectionOptions {
  /** Reads every task of the run as it is now, to catch up after a break. */
  readAll: (runId: string, signal: AbortSignal) => AsyncIterable<TaskFieldsFragment>;
  /** Called when the server is connected: what is read from then on and what is yielded leave out no change. */
  onConnect?: (() => void) | undefined;
}

/** How long a stream may be silent; the server sends a ping every 12 seconds. */
const maxSilenceMs = 45_000;

/**
 * Yields a task of the run each time one is created or changed. After a broken connection it connects again and
 * yields whatever changed meanwhile, so the latest state of each task always arrives. Ends with the signal, or
 * when the reader stops.
 * @throws ApiError when the server refuses, ApiUnreachableError after as many failures in a row as there are attempts
 */
export async function* watchRun(
  options: WatchOptions,
  runId: string,
  signal?: AbortSignal,
): AsyncGenerator<TaskFieldsFragment, void, undefined> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const known = new Map<string, string>();
  let failures = 0;
  try {
    for (let broken = false; !either.aborted; broken = true) {
      const end: StreamEnd = {};
      for await (const task of connectOnce(options, runId, either, broken, end)) {
        failures = 0;
        if (task === undefined) options.onConnect?.();
        else if (isNews(known, task)) yield task;
      }
      failures += 1;
      await pauseOrGiveUp(options, runId, either, failures, end);
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
  options: WatchOptions,
  runId: string,
  signal: AbortSignal,
  failures: number,
  { cause }: StreamEnd,
): Promise<void> {
  if (signal.aborted) return;
  if (cause instanceof ApiError && !isPassing(cause)) throw cause;
  const reason = cause ?? new Error('the server ended the stream');
  if (failures > options.retries) throw new ApiUnreachableError(endpointOf(options.url), failures, reason);
  const waitMs = delayOf(options, failures, cause instanceof StreamRefused ? cause.afterMs : undefined);
  options.log?.(`Watching ${runId} was interrupted; connecting again in ${waitMs} ms.`);
  await waitFor(waitMs, signal).catch(() => undefined);
}

/** Yields undefined when connected, then the tasks; after a break first those that exist. */
async function* connectOnce(
  options: WatchOptions,
  runId: string,
  signal: AbortSignal,
  catchUp: boolean,
  end: StreamEnd,
) {
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
      body: JSON.stringify({ query: print(TaskChangedDocument), variables: { runId } }),
      signal: both,
    });
    checkProtocol(options.url, response);
    if (!response.ok || response.body === null) throw await refusalOf(response);
    const events = readEventStream(response.body);
    yield undefined;
    if (catchUp) yield* options.readAll(runId, both);
    for await (const { event, data } of events) {
      timer.refresh();
      if (event === 'complete') return;
      if (event === 'next') yield taskIn(data);
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

function taskIn(data: string): TaskFieldsFragment {
  const error = errorIn(data);
  if (error) throw error;
  return (JSON.parse(data) as { data: TaskChangedSubscription }).data.taskChanged;
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

function isNews(known: Map<string, string>, task: TaskFieldsFragment): boolean {
  const text = JSON.stringify(task);
  const news = known.get(task.id) !== text;
  known.set(task.id, text);
  return news;
}
