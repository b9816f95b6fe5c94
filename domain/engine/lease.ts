import { col, queueStatement, statement } from '../../database/statement.ts';
import type { TransactionOptions } from '../../database/transaction.ts';
import { refuseLeaseOutside } from '../bounds/withinBounds.ts';
import { awaitWork, type LookedFor, type Patience } from '../changes/awaitWork.ts';
import type { Place } from '../changes/place.ts';
import type { Bounds } from '../input/viewer.ts';
import { hasJobToTake } from '../queue/queue.ts';
import { scopeOfPlan, scopeOfRun } from '../queue/queueName.ts';
import type { Store } from '../store.ts';
import { touchRuns } from './abandoned.ts';
import { beginAttempt, FrozenError, findLease } from './beginAttempt.ts';
import { isDrained } from './drainWorker.ts';
import { inEngine } from './inEngine.ts';
import type { Lease, LeaseTaskInput } from './leaseTypes.ts';
import { withNeeds } from './needs.ts';
import { signEveryMs } from './recordSweep.ts';
import { endOfWait, isReturning, noteInVain, queryTogether } from './returning.ts';
import { type Asker, dueLook, takeWaitingSlot } from './waiting.ts';
import { wishWithin } from './wishWithin.ts';
import { digestOf, keepLooking, recordedSight } from './workerLooks.ts';

/** Who asks for a task, and what of it its key may run. */
interface LeaseAsker extends Omit<Asker, 'worker'> {
  bounds?: Bounds | undefined;
}

/**
 * Leases a task as `leaseTask` does, and waits for one at most for some time when none is due. A caller who has gone,
 * as the signal says, gets none. `from` says who asks, since nobody may wait too many times at once.
 * @throws TooManyError, OutOfBoundsError
 */
export async function awaitLease(
  store: Store,
  asked: LeaseTaskInput,
  waitMs: number,
  signal?: AbortSignal,
  { bounds, ...from }: LeaseAsker = { viewer: '', address: undefined },
): Promise<Lease | null> {
  const input = await wishWithin(store.db, bounds, asked);
  if (waitMs === 0) return leaseTask(store, input);
  const free = takeWaitingSlot(store, { worker: input.worker, ...from });
  const leave = keepLooking(store, input.worker, wantsOf(input));
  try {
    store.work.lookForDue ??= dueLook(store);
    return await waitForLease(store, input, { waitMs: Math.min(waitMs, maxWaitMs), signal });
  } finally {
    leave();
    free();
  }
}

/** Waits; who comes back from a wait in vain is looked after together with others, in its first look. */
async function waitForLease(
  store: Store,
  input: LeaseTaskInput,
  { waitMs, signal }: Patience,
): Promise<Lease | null> {
  const end = endOfWait(waitMs);
  let withOthers = isReturning(store, input.worker);
  let isSpent = false;
  const patience = { waitMs: end - performance.now(), signal };
  const lease = await lookForLease(store, input, patience, async (place) => {
    const looked = await take(store, input, place, { withOthers });
    withOthers = false;
    isSpent = looked === 'spent';
    return looked;
  });
  if (lease === null && !isSpent && !signal?.aborted) noteInVain(store, input.worker);
  return lease;
}

/** The longest that one request may wait, in milliseconds: less than proxies commonly allow. */
export const maxWaitMs = 25_000;

/**
 * Leases the task that has waited longest among those a worker can run, or gives null when none is due. The same
 * request again gives the same lease while it holds, and no other one.
 */
export async function leaseTask(
  store: Store,
  input: LeaseTaskInput,
  options?: TransactionOptions,
): Promise<Lease | null> {
  return lookForLease(store, input, { waitMs: 0 }, (place) => take(store, input, place, { options }));
}

/** Looks from a place in line even if it does not wait: of a look that fails others must hear. */
function lookForLease(
  store: Store,
  input: LeaseTaskInput,
  patience: Patience,
  look: (place: Pick<Place, 'reach'>) => Promise<LookedFor<Lease>>,
): Promise<Lease | null> {
  return awaitWork(store.work, { ...wantsOf(input), runIds: input.runIds }, patience, look);
}

/**
 * Looks for a task and leases it. The same request, sent again, gets a lease that is not new; it gets nothing any more when
 * that holds no more, or when its worker was told to leave.
 */
async function take(
  store: Store,
  input: LeaseTaskInput,
  place: Pick<Place, 'reach'>,
  { withOthers = false, options }: { withOthers?: boolean; options?: TransactionOptions | undefined } = {},
): Promise<LookedFor<Lease>> {
  const known = async (): Promise<LookedFor<Lease>> => {
    const found = await findLease(store.db, input.requestId);
    if (found && input.within) await refuseLeaseOutside(store.db, input.within, found.leaseId);
    return found === null ? 'spent' : { found };
  };
  const { held, drained, queues } = await look(store, input, withOthers);
  if (held) return known();
  if (drained) return 'spent';
  await touchRuns(store, input.runIds);
  if (queues.length === 0) return null;
  place.reach();
  const begin = () =>
    inEngine(store, (engine) => beginAttempt(engine, queues, input, store.leaseMs), options).catch(
      unlessRefused,
    );
  let begun = await begin();
  while (begun === 'spent') begun = await begin();
  if (begun === 'repeated') return known();
  if (begun === undefined || begun === 'frozen') return null;
  store.changes.publish(begun.task, 'started');
  return { found: await withNeeds(store.db, begun.lease, begun.step), took: begun.kind };
}

/**
 * The same request, sent again while the first is on its way, comes to the lease that the first one gets. What was about to
 * begin when the server was frozen has its job again.
 */
function unlessRefused(error: unknown): 'repeated' | 'frozen' {
  if (error instanceof FrozenError) return 'frozen';
  if (error instanceof Error && 'constraint' in error && error.constraint === 'idx_task_attempts_request')
    return 'repeated';
  throw error;
}

function wantsOf({ planHashes, runIds, labels }: LeaseTaskInput) {
  const scopes = [...planHashes.map(scopeOfPlan), ...runIds.map(scopeOfRun)];
  return { scopes, labels };
}

/** What a look finds: whether this very request has got a lease already, and the queues in which there is a task. */
interface Found {
  held: boolean;
  /** Whether the worker was told to leave. */
  drained: boolean;
  queues: string[];
}

/** Looks into all queues of a worker with one statement, so that only those are turned to in which something is due. */
async function look(store: Store, input: LeaseTaskInput, withOthers: boolean): Promise<Found> {
  const { db, leaseMs } = store;
  const isAny = await hasQueues(store);
  const about = input.about ? JSON.stringify(input.about) : null;
  const values = [...askValues(input, leaseMs), about];
  const find = isAny ? lookForWork(db.queueSchema, ...values) : lookBeforeAnyWork(...values);
  const [found] = await (withOthers ? queryTogether(db, input.worker, find) : db.query(find));
  return found ?? { held: false, drained: false, queues: [] };
}

/** The values by which statements know who asks for what, from the first one on; `sight` names them. */
export function askValues(input: LeaseTaskInput, leaseMs: number): readonly unknown[] {
  const { scopes, labels } = wantsOf(input);
  // Runners of exclusive runs are not noted.
  const wants = input.planHashes.length > 0 ? digestOf({ scopes, labels }) : null;
  return [scopes, labels, input.requestId, input.worker, input.upMs ?? 0, wants, signEveryMs(leaseMs)];
}

const sight = {
  worker: '$4::text',
  wants: '$6::text',
  scopes: '$1',
  labels: '$2',
  upMs: '$5',
  everyMs: '$7',
  about: '$8',
};

/** The look, which is noted; whether this very request has got a lease already, and whether the worker was told to leave. */
const selectLook = (queues: string) => `WITH noted AS (${recordedSight(sight)} RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM task_attempts WHERE request_id = $3) AS held, ${isDrained('$4::text', '$5')} AS drained,
  ${queues} AS queues`;

const foundRow = { held: col.bool, drained: col.bool, queues: col.list(col.text) };

const dueQueues = (schema: string) => `ARRAY(SELECT name FROM task_queues
  WHERE scope = ANY($1::text[]) AND labels <@ $2::text[] AND ${hasJobToTake(schema)} ORDER BY random())`;

const lookForWork = queueStatement({
  name: 'look_for_work',
  text: (schema) => selectLook(dueQueues(schema)),
  row: foundRow,
});

const lookBeforeAnyWork = statement({
  name: 'look_before_any_work',
  text: selectLook('ARRAY[]::text[]'),
  row: foundRow,
});

const withQueues = new WeakSet<Store['db']>();

/** Says whether there ever was a queue: only then have jobs a place to stand in. */
async function hasQueues(store: Store): Promise<boolean> {
  const { db } = store;
  if (withQueues.has(db)) return true;
  const [any] = await db.query(anyQueue());
  if (any === undefined) return false;
  await store.queue();
  withQueues.add(db);
  return true;
}

const anyQueue = statement({ name: 'any_queue', text: 'SELECT 1 FROM task_queues LIMIT 1' });
