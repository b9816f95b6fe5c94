import { request as askPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as askSecure } from 'node:https';

/** What graphql-request reads of an answer. */
export interface Answer {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** What graphql-request says of a request. */
export interface Question {
  method?: string | undefined;
  headers?: Iterable<[string, string]> | undefined;
  body?: string | undefined;
  signal?: AbortSignal | null | undefined;
}

/** The bounds of one request. */
export interface Bounds {
  /** How long it may take until the answer is there as a whole, in milliseconds. */
  timeoutMs: number;
  /** The most bytes of an answer; a lease with the outputs of its needs is the largest, and has a quarter of it. @default 64 MiB */
  maxBytes?: number;
}

/** One request took too long. */
export class LateError extends Error {
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/**
 * As much of `fetch` as graphql-request needs, over Node's own HTTP client and its agents, which keep connections and
 * know the proxies and certificates that Node was told of. It makes no streams and no signals for each request, as `fetch`
 * does, which costs a worker of short steps a sixth of its time. Resolves when the answer is there as a whole.
 * @throws TypeError for whatever goes wrong on the network, as `fetch` does, LateError, or the reason of the signal
 */
export async function httpFetch(to: URL, question: Question, bounds: Bounds): Promise<Answer> {
  const until = performance.now() + bounds.timeoutMs;
  for (let [url, asked, hops] = [to, question, 0]; ; hops += 1) {
    const answer = await askOnce(url, asked, bounds, until);
    const next = hops < maxHops ? redirectOf(answer, url) : undefined;
    if (next === undefined) return answer;
    if (next.origin !== url.origin) asked = withoutKey(asked);
    url = next;
  }
}

/** So many redirects are followed, as `fetch` does. */
const maxHops = 20;

/** Where the same request is to be sent instead; other redirects would make another request of it. */
function redirectOf({ status, headers }: Answer, from: URL): URL | undefined {
  const location = status === 307 || status === 308 ? headers.get('location') : null;
  if (location === null || !URL.canParse(location, from)) return undefined;
  const url = new URL(location, from);
  return /^https?:$/.test(url.protocol) ? url : undefined;
}

/** A key is for the server that it was given for. */
function withoutKey(question: Question): Question {
  return {
    ...question,
    headers: [...(question.headers ?? [])].filter(([name]) => name.toLowerCase() !== 'authorization'),
  };
}

function askOnce(url: URL, question: Question, bounds: Bounds, until: number): Promise<Answer> {
  const { method = 'GET', headers = [], body, signal } = question;
  const ask = url.protocol === 'https:' ? askSecure : askPlain;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let request: ClientRequest | undefined;
    const settle = <T>(how: (value: T) => void, value: T) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      how(value);
    };
    const fail = (error: unknown) => {
      settle(reject, error);
      request?.destroy();
    };
    const stop = () => fail(signal?.reason);
    const timer = setTimeout(
      () => fail(new LateError(bounds.timeoutMs)),
      Math.max(0, until - performance.now()),
    );
    signal?.addEventListener('abort', stop, { once: true });
    request = ask(url, {
      method,
      headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity' },
    });
    request.on('error', (error) => fail(networkError(error)));
    request.on('response', (response) => {
      readText(response, bounds.maxBytes).then(
        (text) => settle(resolve, answerOf(response, text)),
        (error: unknown) => fail(error),
      );
    });
    request.end(body);
  });
}

function answerOf({ statusCode: status = 0, headers }: IncomingMessage, text: string): Answer {
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: {
      get(name) {
        const value = new Map(Object.entries(headers)).get(name.toLowerCase());
        return Array.isArray(value) ? value.join(', ') : (value ?? null);
      },
    },
    text: async () => text,
  };
}

const mebibyte = 1024 * 1024;

function readText(response: IncomingMessage, maxBytes = 64 * mebibyte): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else reject(new Error(`the answer is larger than ${maxBytes / mebibyte} MiB`));
    });
    response.once('end', () => resolve(Buffer.concat(chunks).toString()));
    response.once('error', (error) => reject(networkError(error)));
  });
}

/** What `fetch` throws when something goes wrong on the network, with the same words for a connection that was ended. */
function networkError(error: Error): TypeError {
  const wasEnded = error.message === 'socket hang up' || error.message === 'aborted';
  return new TypeError('fetch failed', { cause: wasEnded ? new Error('other side closed') : error });
}
