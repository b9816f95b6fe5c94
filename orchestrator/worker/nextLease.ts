import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiUnreachableError, expectType } from '../../client/index.ts';
import type { Lease } from './events.ts';
import { momentNow } from './holdLease.ts';
import type { ServerAvailability } from './serverAvailability.ts';
import type { WorkerOptions } from './workerOptions.ts';

/** What asking for work needs. */
export type AskSetting = WorkerOptions & {
  availability: ServerAvailability;
  /** When the worker started, by `performance.now()`. */
  since: number;
  /** Told when the server says that the worker is to leave. */
  onDrained(): void;
};

/** A request for work that was not answered yet: the same one, however often it is sent. */
interface Request extends Pick<Lease, 'askedAt'> {
  requestId: string;
}

/** What a worker asks for now. */
function wantedBy({ plans, runIds = [], name, labels, since, waitMs = 20_000 }: AskSetting) {
  return {
    worker: name,
    planHashes: runIds.length > 0 ? [] : hashesOf(plans),
    runIds: [...runIds],
    labels: [...labels],
    waitMs,
    // A worker of exclusive runs leaves with them.
    ...(runIds.length > 0 ? {} : { upMs: Math.round(performance.now() - since) }),
    sources: plans.sources(),
  };
}

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
 * Asks for work until there is some; undefined once the worker is over. A request whose answer was lost is repeated as
 * the same one, so that no lease is given to nobody.
 * @throws ApiError when the server refuses this worker
 */
export async function nextLease(setting: AskSetting, over: AbortSignal): Promise<Lease | undefined> {
  const { patientClient, plans, availability } = setting;
  let unanswered: Request | undefined;
  while (!over.aborted) {
    let watch: ContentWatch | undefined;
    try {
      await plans.refresh();
      unanswered ??= { requestId: randomUUID(), askedAt: momentNow() };
      const { requestId, askedAt } = unanswered;
      watch = watchContents(setting);
      const signal = AbortSignal.any([over, watch.changed]);
      const answer = await patientClient.leaseTask({ ...wantedBy(setting), requestId }, { signal });
      unanswered = undefined;
      availability.answered();
      const { lease, drained } = expectType(answer, 'LeaseOffer');
      if (lease != null) return { ...lease, askedAt } as Lease;
      if (drained) setting.onDrained();
    } catch (error) {
      if (over.aborted) break;
      if (watch?.changed.aborted) continue;
      if (!(error instanceof ApiUnreachableError)) throw error;
      await availability.pause(error, over);
    } finally {
      watch?.stop();
    }
  }
  return unanswered === undefined ? undefined : findLease(unanswered, setting);
}

/** One whose plan files are all faulty asks as well, so that the server knows it and can tell it to leave. */
function hashesOf(plans: AskSetting['plans']): string[] {
  const hashes = plans.hashes();
  return hashes.length > 0 ? hashes : [planOfNobody];
}

/** Finds the lease that the server may have given while the worker was being stopped. */
async function findLease({ requestId, askedAt }: Request, setting: AskSetting): Promise<Lease | undefined> {
  const { client, name, signal } = setting;
  // What the server was about to give then, it has given a moment later.
  for (const pauseMs of signal.aborted ? [0, 250] : [0]) {
    await wait(pauseMs);
    const call = { signal: AbortSignal.timeout(limitMs) };
    const wanted = { worker: name, requestId, planHashes: [planOfNobody] };
    const answer = await client.leaseTask(wanted, call).catch(() => undefined);
    if (answer === undefined) return undefined;
    if (answer.__typename === 'LeaseOffer' && answer.lease != null)
      return { ...answer.lease, askedAt } as Lease;
  }
  return undefined;
}

// A request that was not answered with a lease gets none now either.
const planOfNobody = '0'.repeat(64);

// A server that is away is not waited for; one that is slow is.
const limitMs = 10_000;
