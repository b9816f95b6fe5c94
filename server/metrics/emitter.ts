import { unreachable } from '../../contract/networkError.ts';
import type { TaskChangesHub } from '../../domain/changes/changes.ts';
import type { CollectorConfig } from '../config.ts';
import type { Logger } from '../log.ts';
import { eventsOf, type MetricsEvent } from './payload.ts';

/** Sends a request; `fetch` or what guards it. */
export type Send = (url: string, request: RequestInit) => Promise<Response>;

/** An event that was not sent after so long is given up. */
const timeoutMs = 3000;
/** So many are on their way at once. */
const maxSending = 4;
/** So many wait at most; what comes on top of them is left out. */
const maxWaiting = 1000;
/** Faults are told so often at most. */
const quietMs = 60_000;

/**
 * Tells a metrics collector of what happens to tasks in this process, once each and without a second try: a collector
 * that is slow or away costs events, never anything else.
 */
export function emitEvents(
  changes: TaskChangesHub,
  { url, key }: CollectorConfig,
  { log, send = fetch }: { log: Logger; send?: Send },
): { stop(): Promise<void> } {
  const waiting: MetricsEvent[] = [];
  const sending = new Set<Promise<void>>();
  const faults = { lost: 0, why: '', toldAt: Number.NEGATIVE_INFINITY };
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { 'x-metrics-key': key }),
  };

  const lose = (why: string) => {
    faults.lost += 1;
    faults.why = why;
    if (performance.now() - faults.toldAt < quietMs) return;
    log.warn({ lost: faults.lost, why }, 'The collector at METRICS_URL did not accept events');
    Object.assign(faults, { lost: 0, toldAt: performance.now() });
  };
  const post = async (event: MetricsEvent) => {
    try {
      const response = await send(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(event),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (!response.ok) lose(`it answered ${response.status}`);
    } catch (error) {
      lose(
        error instanceof Error && error.name === 'TimeoutError'
          ? 'it did not answer within 3 s'
          : `it ${unreachable(error)}`,
      );
    }
  };
  const next = () => {
    while (sending.size < maxSending) {
      const event = waiting.shift();
      if (event === undefined) return;
      const done = post(event).finally(() => {
        sending.delete(done);
        next();
      });
      sending.add(done);
    }
  };

  changes.onEvent = (event, task) => {
    for (const one of eventsOf(event, task, new Date())) {
      if (waiting.length < maxWaiting) waiting.push(one);
      else lose(`${maxWaiting} are already waiting`);
    }
    next();
  };
  return {
    /** Takes no more, gives up what waits after 3 s. */
    async stop() {
      changes.onEvent = undefined;
      const deadline = performance.now() + timeoutMs;
      while (sending.size > 0 && performance.now() < deadline) await Promise.race(sending);
      waiting.length = 0;
    },
  };
}
