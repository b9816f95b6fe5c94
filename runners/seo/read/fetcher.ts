import { setTimeout as pause } from 'node:timers/promises';
import { readRetryAfter } from '../../../contract/input/retryAfter.ts';
import { fetchOnce, type Reply } from './fetchOnce.ts';
import type { FetcherOptions, Wanted } from './wanted.ts';

/** The result of requesting a URL, after redirects within its origin. */
export type Answer =
  | { kind: 'ok'; url: URL; moved: boolean; headers: Headers; body: Buffer }
  | { kind: 'away'; to: URL }
  | { kind: 'failed'; reason: string; status?: number; network: boolean };

/** Asks one site politely; many calls may wait at the same time. */
export interface Fetcher {
  ask(url: URL, wanted: Wanted): Promise<Answer>;
  /** Lengthens the pause between requests, as robots.txt may demand. */
  slowDown(delayMs: number): void;
}

const mostRedirects = 5;

/** Makes a fetcher that keeps to its limits, follows redirects within the origin, and retries a failed request once. */
export function createFetcher(options: FetcherOptions): Fetcher {
  let delayMs = options.delayMs;
  let nextStart = 0;
  let running = 0;
  const waiting: (() => void)[] = [];

  const inTurn = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (running >= options.concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      const start = Math.max(nextStart, performance.now());
      nextStart = start + delayMs;
      await pause(Math.max(0, start - performance.now()));
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };

  const fetchWithRetry = async (url: URL, wanted: Wanted): Promise<Reply> => {
    const first = await inTurn(() => fetchOnce(url, wanted, options));
    if (!isWorthRetrying(first)) return first;
    await pause(Math.min(retryAfterMs(first), 10_000));
    return inTurn(() => fetchOnce(url, wanted, options));
  };

  return {
    slowDown(least) {
      delayMs = Math.max(delayMs, least);
    },
    async ask(from, wanted) {
      let url = from;
      for (let hop = 0; hop <= mostRedirects; hop += 1) {
        const reply = await fetchWithRetry(url, wanted);
        if (reply.kind === 'failed') return reply;
        const to = redirectTarget(reply, url);
        if (to === undefined) return answerOf(reply, url, url.href !== from.href);
        if (to.origin !== url.origin) return { kind: 'away', to };
        url = to;
      }
      return { kind: 'failed', reason: `more than ${mostRedirects} redirects`, network: false };
    },
  };
}

function isWorthRetrying(reply: Reply): boolean {
  return reply.kind === 'failed' ? reply.network : reply.status === 429 || reply.status >= 500;
}

function retryAfterMs(reply: Reply): number {
  const asked = reply.kind === 'failed' ? undefined : readRetryAfter(reply.headers.get('retry-after'));
  return asked ?? 250;
}

function redirectTarget({ status, headers }: Extract<Reply, { kind: 'reply' }>, url: URL): URL | undefined {
  const location = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  const to = URL.parse(location, url.href) ?? undefined;
  if (to !== undefined) to.hash = '';
  return to;
}

function answerOf(reply: Extract<Reply, { kind: 'reply' }>, url: URL, moved: boolean): Answer {
  const { status, headers, body } = reply;
  if (status >= 200 && status < 300) return { kind: 'ok', url, moved, headers, body };
  return { kind: 'failed', reason: `HTTP ${status}`, status, network: false };
}
