import { setTimeout as wait } from 'node:timers/promises';
import type { LoneConnection } from './driver.ts';

/** Who hears what other processes say on a channel. */
export interface ChannelListener {
  onMessage(text: string): void;
  /** Called when the connection stands again after a break: what was said meanwhile is lost. */
  onGap(): void;
}

/** What hears a channel, until it is stopped. */
export interface ChannelWatch {
  stop(): Promise<void>;
}

/** How a connection on which nothing is said is known to be alive, in milliseconds. */
export interface Signs {
  /** How often the other side is asked for a sign. */
  everyMs: number;
  /** How long it has for that; else the connection is made anew. */
  withinMs: number;
}

/** A network that drops packets ends no connection: a silent one is noticed within half a minute. */
const usualSigns: Signs = { everyMs: 15_000, withinMs: 10_000 };

/** The longest pause between two tries to connect again, in milliseconds. */
const maxPauseMs = 1000;

/**
 * Hears a channel on a connection of its own, and connects again for as long as it takes when that breaks. Resolves
 * when the first try is over, whether it stands or not.
 */
export async function listenOn(
  connect: () => Promise<LoneConnection>,
  channel: string,
  { onMessage, onGap }: ChannelListener,
  signs = usualSigns,
): Promise<ChannelWatch> {
  const stop = new AbortController();
  let connection: LoneConnection | undefined;
  let hadGap = false;
  let over: Promise<void> = Promise.resolve();
  const firstTry = Promise.withResolvers<void>();

  async function keep(): Promise<void> {
    for (let pauseMs = 100; !stop.signal.aborted; pauseMs = Math.min(maxPauseMs, pauseMs * 2)) {
      try {
        connection = await connect();
        // Whoever stopped meanwhile had no connection to end.
        if (!stop.signal.aborted) {
          await connection.listen(channel, onMessage);
          pauseMs = 100;
          if (hadGap) onGap();
          firstTry.resolve();
          await silenceOf(connection, signs);
        }
      } catch {
        // Whatever went wrong, the connection is of no use any more.
      }
      await connection?.end();
      connection = undefined;
      hadGap = true;
      firstTry.resolve();
      if (!stop.signal.aborted)
        await wait(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  over = keep();
  await firstTry.promise;
  return {
    async stop() {
      stop.abort();
      await connection?.end();
      await over;
    },
  };
}

/** Resolves when a connection is closed, and rejects when its other side gives no sign any more. */
async function silenceOf(connection: LoneConnection, { everyMs, withinMs }: Signs): Promise<void> {
  const over = new AbortController();
  const closed = connection.closed.then(() => over.abort());
  while (!over.signal.aborted) {
    await wait(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
    if (!over.signal.aborted) await Promise.race([closed, connection.sign(withinMs)]);
  }
}
