import { setTimeout as wait } from 'node:timers/promises';
import { expectType, RefusedError } from '../../client/index.ts';
import { leftCgroup } from '../command/cgroup.ts';
import { cookieVariable } from '../command/cookie.ts';
import { endOrphans } from '../command/endOrphans.ts';
import type { NotedLease } from './events.ts';
import { momentNow } from './holdLease.ts';
import type { AskSetting } from './leaseRequest.ts';
import { type LeftNotes, takeLeftNotes } from './leftNotes.ts';
import { findLease } from './nextLease.ts';
import type { LeaseNote } from './noteFile.ts';
import { sendPendingReports } from './pendingReports.ts';
import type { SendSetting } from './sendReport.ts';
import type { WorkerOptions } from './workerOptions.ts';

/** What giving leases back works with. */
export type ReturnSetting = WorkerOptions & SendSetting & Pick<AskSetting, 'since'>;

/** How often a worker looks whether another one of its data directory is gone. */
const lookMs = 5000;

// A worker that ends does not wait for long for a server that is away.
const limitMs = 10_000;

/**
 * Gives the leases of workers back that were killed, of those before this one and of its neighbours, until the signal comes;
 * `reported` are those of which the reports were sent just now.
 */
export async function keepReturning(setting: ReturnSetting, reported: ReadonlySet<string>): Promise<void> {
  const { observe, signal } = setting;
  do {
    await returnLeases(setting, reported).catch((error: unknown) =>
      observe({
        type: 'journalFault',
        why: `Could not return the leases of a killed worker: ${String(error)}`,
      }),
    );
    await wait(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
  } while (!signal.aborted);
}

/**
 * Gives the leases of workers of this data directory back that are gone, and of which this one can see that nothing of
 * their attempts runs any more. All others expire.
 */
async function returnLeases(setting: ReturnSetting, reported: ReadonlySet<string>): Promise<void> {
  const all = takeLeftNotes(setting.dataDir);
  if (all.length === 0) return;
  try {
    // What they have done counts before anything is given back.
    const known = new Set([...reported, ...(await sendPendingReports(setting, setting.observe))]);
    await Promise.all(
      all.flatMap((left) =>
        left.notes.map(async (note) => {
          if (hasReport(note, setting, known) || (await isSettled(note, left, setting))) left.settle(note);
        }),
      ),
    );
  } finally {
    for (const left of all) left.release();
  }
}

/** Says whether an attempt has a report, which was sent or will be, and says more than that its worker is gone. */
function hasReport({ lease }: LeaseNote, { journal }: ReturnSetting, reported: ReadonlySet<string>): boolean {
  return lease !== undefined && (reported.has(lease.leaseId) || journal.has(lease.leaseId));
}

/** Says whether nothing is left to do for a note; what is, is left to the next look. */
async function isSettled(note: LeaseNote, left: LeftNotes, setting: ReturnSetting): Promise<boolean> {
  const { lease, cookie } = note;
  // This worker is itself what another one's step has started.
  if (cookie !== undefined && setting.variables[cookieVariable]?.split(':').includes(cookie)) return false;
  if (lease !== undefined && cookie !== undefined) {
    const survivors = await endLeft(note, cookie, left);
    if (survivors !== undefined) {
      setting.observe({ type: 'leftRunning', lease, survivors });
      return true;
    }
  }
  const known = lease ?? (await findLease({ ...note, askedAt: momentNow() }, setting, [0, 250]));
  return known == null ? known === null : isReturned(known, cookie !== undefined, setting);
}

/** Ends what is left of an attempt; gives what cannot be ended, none where it cannot be seen, and undefined where all is gone. */
async function endLeft(
  { leader }: LeaseNote,
  cookie: string,
  left: LeftNotes,
): Promise<readonly number[] | undefined> {
  const cgroup = left.cgroup === undefined ? undefined : leftCgroup(left.cgroup, cookie);
  const ended = await endOrphans({ cookie, leader, cgroup, mayStart: left.hasHalfMade });
  return ended?.survivors.length === 0 ? undefined : (ended?.survivors ?? []);
}

/** Returns a lease; says whether that is over, whatever came of it. */
async function isReturned(
  lease: NotedLease,
  hadBegun: boolean,
  { client, observe }: ReturnSetting,
): Promise<boolean> {
  try {
    const call = { signal: AbortSignal.timeout(limitMs) };
    const task = expectType(await client.returnLease({ leaseId: lease.leaseId, hadBegun }, call), 'Task');
    observe({ type: 'returned', lease, task });
    return true;
  } catch (error) {
    // With another key, or once it is there, the server may take it.
    if (!(error instanceof RefusedError)) return false;
    const asked = 'serverId' in error.result ? error.result.serverId : undefined;
    return lease.serverId === undefined || asked === undefined || asked === lease.serverId;
  }
}
