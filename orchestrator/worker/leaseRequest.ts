import { randomUUID } from 'node:crypto';
import type { Client } from '../../client/index.ts';
import { aboutWorker } from './about.ts';
import type { Lease } from './events.ts';
import type { FreezeNews } from './freezeNews.ts';
import { momentNow } from './holdLease.ts';
import type { LeaseNotes } from './leaseNotes.ts';
import type { ServerAvailability } from './serverAvailability.ts';
import type { WorkerOptions } from './workerOptions.ts';

/** What asking for work needs. */
export type AskSetting = WorkerOptions & {
  availability: ServerAvailability;
  notes: LeaseNotes;
  /** What it has heard of a freeze of the server. */
  freeze: FreezeNews;
  /** When the worker started, by `performance.now()`. */
  since: number;
  /** Told when the server says that the worker is to leave. */
  onDrained(): void;
};

/** A request for work: the same one, however often it is sent, until it is answered. */
export interface LeaseRequest extends Pick<Lease, 'askedAt'> {
  requestId: string;
}

/** A request for work that goes with a report. It is no part of the report: a later process that sends that wishes for nothing. */
export interface Wish extends LeaseRequest {
  input: NonNullable<Parameters<Client['finishAttempt']>[0]['next']>;
}

/** Makes a request for work; the server knows it by its id. */
export function newRequest(): LeaseRequest {
  return { requestId: randomUUID(), askedAt: momentNow() };
}

/** What the server answers a request for work. */
export type Offer = Extract<Awaited<ReturnType<Client['leaseTask']>>, { __typename: 'LeaseOffer' }>;

/** Takes the lease out of an offer, with the time since which it may hold. */
export function leaseOf({ lease }: Pick<Offer, 'lease'>, { askedAt }: LeaseRequest): Lease | undefined {
  return lease == null ? undefined : ({ ...lease, askedAt } as Lease);
}

/** Notes what a request has come to, and gives it. */
export function noteAnswer(
  { requestId }: LeaseRequest,
  lease: Lease | undefined,
  notes: LeaseNotes,
): Lease | undefined {
  if (lease === undefined) notes.over(requestId);
  else notes.leased(requestId, lease);
  return lease;
}

/** What a worker asks for now. */
export function wantedBy({ plans, runIds = [], name, labels, since, concurrency }: AskSetting) {
  return {
    worker: name,
    planHashes: runIds.length > 0 ? [] : hashesOf(plans),
    runIds: [...runIds],
    labels: [...labels],
    // A worker of exclusive runs leaves with them.
    ...(runIds.length > 0 ? {} : { upMs: Math.round(performance.now() - since) }),
    about: aboutWorker({ concurrency }),
    sources: plans.sources(),
  };
}

/** One whose plan files are all faulty asks as well, so that the server knows it and can tell it to leave. */
function hashesOf(plans: AskSetting['plans']): string[] {
  const hashes = plans.hashes();
  return hashes.length > 0 ? hashes : [planOfNobody];
}

/** A plan that no worker has: a request for it finds only the lease that it has got already. */
export const planOfNobody = '0'.repeat(64);
