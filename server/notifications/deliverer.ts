import { setTimeout as wait } from 'node:timers/promises';
import type { ClaimedDelivery, SendOutcome } from '../../contract/notifications/delivery.ts';
import { type ChannelName, channelNames } from '../../contract/words/notifications.ts';
import { nextDeliveryIn, recoverDeliveries } from '../../domain/notifications/recover.ts';
import { settleDelivery } from '../../domain/notifications/settle.ts';
import { takeDelivery } from '../../domain/notifications/take.ts';
import { deliveryScope } from '../../domain/queue/deliveryQueues.ts';
import type { Store } from '../../domain/store.ts';
import type { Logger } from '../log.ts';

/** Times in milliseconds. */
export interface DeliveryLimits {
  /** How long one try may take. */
  timeoutMs: number;
  /** How long a delivery attempt counts as in progress if its process does not record an outcome. */
  claimMs: number;
  /** The longest time between two looks when nothing says that there is something to send. */
  lookEveryMs: number;
  /** How long `stop` goes on with what is due. */
  stopWithinMs: number;
}

export const deliveryLimits: DeliveryLimits = {
  timeoutMs: 10_000,
  claimMs: 30_000,
  lookEveryMs: 30_000,
  stopWithinMs: 10_000,
};

/** How many deliveries a process sends at once on each channel, so that a receiver that hangs delays no other channel. */
const maxSending = 4;

/** Sends one delivery; `signal` says when its time is over. */
export type SendDelivery = (delivery: ClaimedDelivery, signal: AbortSignal) => Promise<SendOutcome>;

/**
 * Sends what the outbox holds as it comes due, until it is stopped; any number of processes may. It is woken by the
 * change that wrote it and looks by itself only when the next delivery is due.
 */
export function startDeliverer(
  store: Store,
  send: SendDelivery,
  log: Logger,
  limits: DeliveryLimits = deliveryLimits,
): { stop(): Promise<void> } {
  const sending = new Map<Promise<void>, ChannelName>();
  const withRoom = () => {
    const counts = Map.groupBy(sending.values(), (channel) => channel);
    return channelNames.filter((name) => (counts.get(name)?.length ?? 0) < maxSending);
  };
  let woken = Promise.withResolvers<void>();
  let stopBefore = Number.POSITIVE_INFINITY;
  const wake = () => woken.resolve();
  const forget = store.work.listen(deliveryScope, wake);

  async function deliver(delivery: ClaimedDelivery): Promise<void> {
    const outcome = await send(delivery, AbortSignal.timeout(limits.timeoutMs));
    const { id, kind, channel } = delivery;
    const state = await settlePatiently(store, delivery, outcome, limits.claimMs);
    if (state === 'failed')
      log.warn(
        { id, kind, channel, ...subjectOf(delivery), error: errorOf(outcome) },
        'A notification could not be sent',
      );
    else log.debug({ id, kind, channel, state, error: errorOf(outcome) }, 'Delivery attempt made');
  }
  const begin = (delivery: ClaimedDelivery) => {
    const done = deliver(delivery)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'Could not record the outcome of a delivery attempt'),
      )
      .finally(() => {
        sending.delete(done);
        wake();
      });
    sending.set(done, delivery.channel);
  };
  /** Begins what is due, as many as may be sent at once; says after how many milliseconds to look again. */
  async function look(): Promise<number> {
    while (performance.now() < stopBefore) {
      const channels = withRoom();
      const delivery = await takeDelivery(store, limits.claimMs, channels);
      if (delivery === undefined) return idle(channels);
      begin(delivery);
    }
    return limits.lookEveryMs;
  }
  /** What stands in line for a channel without room has its job, and whoever is done wakes this. */
  async function idle(channels: readonly ChannelName[]): Promise<number> {
    const next = await nextDeliveryIn(store.db, channels);
    if (next === null) return limits.lookEveryMs;
    if (next <= 0 && (await recoverDeliveries(store, channels)) > 0) return 0;
    return Math.min(Math.max(next, 1000), limits.lookEveryMs);
  }
  async function run(): Promise<void> {
    for (;;) {
      woken = Promise.withResolvers();
      // What was written just before the stop is found only by a look that begins after it.
      const isStopping = stopBefore !== Number.POSITIVE_INFINITY;
      const pauseMs = await look().catch((error: unknown) => {
        log.warn({ err: error }, 'Could not read pending notifications; they will be sent later');
        return 2000;
      });
      if (isStopping && (sending.size === 0 || performance.now() >= stopBefore)) return;
      const timer = setTimeout(wake, isStopping ? Math.max(0, stopBefore - performance.now()) : pauseMs);
      await woken.promise;
      clearTimeout(timer);
    }
  }
  const over = run();
  return {
    /** Sends what is due now, takes nothing that comes due later, and lets what is under way come to its end. */
    async stop() {
      stopBefore = performance.now() + limits.stopWithinMs;
      wake();
      await over;
      forget();
    },
  };
}

/** What a delivery tells of: its task or its run, where it has one. */
function subjectOf({ taskId, runId, payload }: ClaimedDelivery): object {
  const name = (payload as { task?: unknown } | null)?.task;
  return {
    ...(taskId === null ? {} : { task: typeof name === 'string' ? `${taskId} ${name}` : String(taskId) }),
    ...(runId === null ? {} : { run: runId }),
  };
}

function errorOf(outcome: SendOutcome): string | undefined {
  return outcome.accepted ? undefined : outcome.error;
}

/** A database that is away for a moment must not make a letter go out twice: within its claim it is tried again. */
async function settlePatiently(
  store: Store,
  delivery: ClaimedDelivery,
  outcome: SendOutcome,
  withinMs: number,
): Promise<ReturnType<typeof settleDelivery> extends Promise<infer State> ? State : never> {
  const end = performance.now() + withinMs / 2;
  for (;;) {
    try {
      return await settleDelivery(store, delivery, outcome);
    } catch (error) {
      if (performance.now() >= end) throw error;
      await wait(500);
    }
  }
}
