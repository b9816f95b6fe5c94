import { setTimeout as wait } from 'node:timers/promises';

/** The server has understood a report and will never take it. */
export class RefusedReport extends Error {
  override name = 'RefusedReport';
}

/** What a queue does with its items. */
export interface SendQueueRules<Item> {
  /** Sends one; true when nothing of it is left to send. Throws a `RefusedReport` for what can never be taken. */
  send(item: Item): Promise<boolean>;
  onRefused(item: Item, why: string): void;
  /** The first failure after a success: what cannot be sent now is tried again. */
  onAway(why: string): void;
  /** The first success after a failure. */
  onBack(): void;
}

/** Items on their way to the server, one at a time, each until it is taken or refused. */
export interface SendQueue<Item> {
  add(item: Item): void;
  /** Resolves when nothing is left to send, or nothing more will be. */
  drained(): Promise<void>;
  stop(): void;
}

/** Makes an empty queue that sends in the background, with pauses that grow while the server is away. */
export function createSendQueue<Item>(rules: SendQueueRules<Item>): SendQueue<Item> {
  const stopping = new AbortController();
  const items = new Set<Item>();
  let sending: Promise<void> | undefined;
  let failures = 0;

  async function sendAll(): Promise<void> {
    // Whoever adds an item goes on first.
    await Promise.resolve();
    for (const item of items) {
      if (stopping.signal.aborted) return;
      // An item that is put back stands last, so one that fails holds up none of the others.
      items.delete(item);
      await sendOne(item);
    }
  }

  async function sendOne(item: Item): Promise<void> {
    try {
      const done = await rules.send(item);
      if (!done) items.add(item);
      if (failures > 0) rules.onBack();
      failures = 0;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof RefusedReport) return rules.onRefused(item, why);
      items.add(item);
      if (failures++ === 0) rules.onAway(why);
      await wait(backoff(failures), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  function start(): void {
    sending ??= sendAll().finally(() => {
      sending = undefined;
      // Something may have come after the last look.
      if (items.size > 0 && !stopping.signal.aborted) start();
    });
  }

  return {
    add(item) {
      items.add(item);
      start();
    },
    async drained() {
      while (sending !== undefined) await sending;
    },
    stop: () => stopping.abort(),
  };
}

/** Half a second, then twice as long each time up to ten seconds, give or take a quarter. */
function backoff(failures: number): number {
  return Math.min(10_000, 500 * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
}
