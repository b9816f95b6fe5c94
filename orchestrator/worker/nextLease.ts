import { setTimeout as wait } from 'node:timers/promises';
import { expectType } from '../../client/index.ts';
import { aboutWorker } from './about.ts';
import type { Lease } from './events.ts';
import {
  type AskSetting,
  type LeaseRequest,
  leaseOf,
  newRequest,
  noteAnswer,
  planOfNobody,
  wantedBy,
} from './leaseRequest.ts';

const pollIntervalMs = 5000;

interface ContentWatch {
  /** Aborts once a plan has another content than when the watch began: what is asked for is no more what is wanted. */
  changed: AbortSignal;
  stop(): void;
}

/** Reads the plan files again while a request for work waits. */
function watchContents({ plans }: AskSetting): ContentWatch {
  const changed = new AbortController();
  const before = plans.hashes().join();
  const look = async () => {
    // The next request reports what cannot be read.
    await plans.refresh().catch(() => undefined);
    if (plans.hashes().join() !== before) changed.abort();
  };
  const timer = setInterval(look, pollIntervalMs);
  return { changed: changed.signal, stop: () => clearInterval(timer) };
}

/**
 * Asks for work until there is some; undefined once the worker is over. A request whose answer was lost, `unanswered` too, is
 * repeated as the same one, so that no lease is given to nobody.
 * @throws ApiError when the server refuses this worker
 */
export async function nextLease(
  setting: AskSetting,
  over: AbortSignal,
  unanswered?: LeaseRequest,
): Promise<Lease | undefined> {
  const { patientClient, plans, availability, notes, freeze, waitMs = 20_000 } = setting;
  while (!over.aborted) {
    let watch: ContentWatch | undefined;
    try {
      await plans.refresh();
      unanswered ??= newRequest();
      const request = unanswered;
      notes.asks(request.requestId);
      watch = watchContents(setting);
      const signal = AbortSignal.any([over, watch.changed]);
      const wanted = {
        ...wantedBy(setting),
        waitMs,
        frozen: freeze.isFrozen(),
        requestId: request.requestId,
      };
      const answer = await patientClient.leaseTask(wanted, { signal });
      unanswered = undefined;
      availability.answered();
      const offer = expectType(answer, 'LeaseOffer');
      freeze.heard(offer.freeze);
      const lease = noteAnswer(request, leaseOf(offer, request), notes);
      if (lease !== undefined) return lease;
      if (offer.drained) setting.onDrained();
    } catch (error) {
      if (over.aborted) break;
      if (watch?.changed.aborted) continue;
      if (!(await availability.pause(error, over))) throw error;
    } finally {
      watch?.stop();
    }
  }
  return unanswered === undefined ? undefined : takeGiven(unanswered, setting);
}

/** Takes the lease that the server may have given while the worker was being stopped; without an answer, a successor does. */
async function takeGiven(request: LeaseRequest, setting: AskSetting): Promise<Lease | undefined> {
  // What the server was about to give then, it has given a moment later.
  const found = await findLease(request, setting, setting.signal.aborted ? [0, 250] : [0]);
  return found === undefined ? undefined : noteAnswer(request, found ?? undefined, setting.notes);
}

/**
 * Finds the lease that the server may have given for a request whose answer did not arrive, and asks again after pauses;
 * null where there is none, undefined where the server did not answer.
 */
export async function findLease(
  request: LeaseRequest,
  { client, name, concurrency, since }: Pick<AskSetting, 'client' | 'name' | 'concurrency' | 'since'>,
  pausesMs: readonly number[],
): Promise<Lease | null | undefined> {
  for (const pauseMs of pausesMs) {
    await wait(pauseMs);
    const call = { signal: AbortSignal.timeout(limitMs) };
    const upMs = Math.round(performance.now() - since);
    const own = { worker: name, upMs, about: aboutWorker({ concurrency }) };
    const wanted = { ...own, requestId: request.requestId, planHashes: [planOfNobody] };
    const answer = await client.leaseTask(wanted, call).catch(() => undefined);
    if (answer?.__typename !== 'LeaseOffer') return undefined;
    const lease = leaseOf(answer, request);
    if (lease !== undefined) return lease;
  }
  return null;
}

// A server that is away is not waited for; one that is slow is.
const limitMs = 10_000;
