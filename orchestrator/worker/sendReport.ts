import { ApiError, type Client, expectType, RefusedError } from '../../client/index.ts';
import type { AttemptReport } from './attemptReport.ts';
import type { ReportedTask } from './events.ts';
import type { Wish } from './leaseRequest.ts';
import type { KeptReport } from './reportForms.ts';
import type { ReportJournal } from './reportJournal.ts';
import type { ServerAvailability } from './serverAvailability.ts';

/** The result of sending a report. `refused` says why the whole of it was refused, so that only a bare one counts. */
export type Delivery =
  | { type: 'reported'; task: ReportedTask; refused?: string; next?: NextOffer }
  /** It does not count: its lease had expired. */
  | { type: 'lost' }
  /** The server will never take it; it was set aside. */
  | { type: 'refused'; why: string }
  /** It could not be sent now; the next start sends it. */
  | { type: 'kept'; why: string };

/** What the answer to a report offers of further work; null where the server could not say. */
type NextOffer = Extract<
  Awaited<ReturnType<Client['finishAttempt']>>,
  { __typename: 'FinishedAttempt' }
>['next'];

/** What sending works with. */
export interface SendSetting {
  client: Pick<Client, 'finishAttempt'>;
  journal: ReportJournal;
  availability: ServerAvailability;
  /** Stops the worker: a server that is away is waited for no longer. */
  signal: AbortSignal;
}

/**
 * Sends a report until the server takes it or says that it does not count; waits for a server that is away. A report
 * that the server will never take is set aside, and a bare one is sent in its place, so that the attempt ends at once.
 */
export async function sendReport(kept: KeptReport, setting: SendSetting, wish?: Wish): Promise<Delivery> {
  const { journal } = setting;
  const delivery = await deliver(kept, setting, wish);
  if (delivery.type !== 'refused') return delivery;
  await journal.refuse(kept, delivery.why);
  const bare = journal.keep(kept.lease, bareReport(kept.report, delivery.why));
  const second = await deliver(bare, setting);
  if (second.type === 'reported') return { ...second, refused: delivery.why };
  if (second.type !== 'refused') return second;
  journal.forget(bare);
  return delivery;
}

async function deliver(kept: KeptReport, setting: SendSetting, wish?: Wish): Promise<Delivery> {
  const { client, journal, availability, signal } = setting;
  const asked = { leaseId: kept.lease.leaseId, ...kept.report, next: wish?.input };
  const limit = limitAfter(signal);
  try {
    for (;;) {
      try {
        const call = { signal: limit.signal };
        const { task, next } = expectType(await client.finishAttempt(asked, call), 'FinishedAttempt');
        availability.answered();
        journal.forget(kept);
        return { type: 'reported', task, next };
      } catch (error) {
        const why = (error as Error).message;
        if (error instanceof RefusedError && isLost(error, kept)) {
          availability.answered();
          journal.forget(kept);
          return { type: 'lost' };
        }
        if (error instanceof RefusedError && error.code === 'UnknownLeaseError' && isOfOther(kept, error))
          return { type: 'kept', why };
        if (error instanceof ApiError && isFinal(error)) return { type: 'refused', why };
        if (signal.aborted || !(await availability.pause(error, signal))) return { type: 'kept', why };
      }
    }
  } finally {
    limit.clear();
  }
}

/** Whether the lease of a report has expired, or its task was deleted. */
function isLost(error: RefusedError, kept: KeptReport): boolean {
  return error.code === 'LostLeaseError' || (error.code === 'UnknownLeaseError' && !isOfOther(kept, error));
}

/** Says whether another server than the one that knows no such lease gave it: the report is for that one. */
function isOfOther({ lease }: KeptReport, { result }: RefusedError): boolean {
  const asked = 'serverId' in result ? result.serverId : undefined;
  return lease.serverId !== undefined && lease.serverId !== asked;
}

/** What a new key or a mended server does not change. */
function isFinal(error: ApiError): boolean {
  return (
    error instanceof RefusedError ||
    /^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED|VALUE_REFUSED)$/.test(error.code)
  );
}

/** Reports that an attempt ended; how, only the refused report says, which was set aside. */
function bareReport({ durationMs }: AttemptReport, why: string): AttemptReport {
  const reason = `its worker could not report how it ended: ${why}`;
  // An attempt that took no time would be retried as one that has not started.
  return { ending: 'UNSTARTABLE', reason, durationMs: Math.max(1, durationMs), outputs: {} };
}

// How long a worker that is being stopped waits for a server that is slow to take its report.
const lastMs = 30_000;

/** Aborts some time after a signal does. */
function limitAfter(signal: AbortSignal): { signal: AbortSignal; clear(): void } {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setTimeout(() => limit.abort(new Error('the worker was stopped')), lastMs);
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    signal: limit.signal,
    clear() {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
