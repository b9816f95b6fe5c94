import type { DigestFacts, WaitingFacts } from '../../contract/notifications/facts.ts';
import type { DeliveryKind } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readFreeze } from '../freeze/freeze.ts';
import { newDeliveries } from '../queue/deliveryQueues.ts';
import type { Store } from '../store.ts';
import { isAcknowledged } from '../tasks/conditions.ts';
import { readNight } from './night.ts';
import { notify } from './notify.ts';
import { openOutbox } from './outbox.ts';

/** When the digest of a day is made. */
export interface DigestTime {
  /** `HH:MM`, on the clock of the zone. */
  time: string;
  /** An IANA time zone. */
  zone: string;
  /** Whether a morning with nothing kept and no open approval is silent. @default false */
  onlyWhenNeeded?: boolean;
}

const maxEntries = 100;
const maxWaiting = 20;

/**
 * Tells every channel what was kept for the morning, what waits for people and what ended since the digest before, once a
 * day however many replicas look, as soon as its time has come. Says how much was kept.
 */
export async function makeDigest(
  store: Store,
  { time, zone, onlyWhenNeeded = false }: DigestTime,
  now = new Date(),
): Promise<number> {
  const outbox = await openOutbox(store);
  const local = localTime(now, zone);
  if (outbox === undefined || local.time < time) return 0;
  const facts = await store.db.transaction(async (tx) => {
    const made = await tx.query(makeDigestSql(local.day));
    if (made.length === 0) return undefined;
    const kept = await takeEntries(tx);
    const [waits, night] = [await readWaiting(tx), await readNight(tx, local.day)];
    const freeze = await readFreeze(tx);
    const facts: DigestFacts = { day: local.day, ...kept, ...waits, night, ...(freeze && { freeze }) };
    if (onlyWhenNeeded && facts.total === 0 && facts.awaiting === 0 && !freeze) return undefined;
    await notify({ ...outbox, tx }, { kind: 'digest', payload: facts });
    return facts;
  });
  if (facts !== undefined) store.work.wake(newDeliveries);
  return facts?.total ?? 0;
}

const makeDigestSql = statement({
  name: 'make_digest',
  text: 'INSERT INTO digests (day) SELECT $1::date WHERE NOT EXISTS (SELECT 1 FROM digests WHERE day = $1::date) ON CONFLICT DO NOTHING RETURNING 1',
});

/**
 * Lets the first digest ever be that of the next morning, where the time of today's has passed: a server that is tried out
 * in the afternoon does not begin with a digest of nothing.
 */
export async function beginDigests(
  { db, channels }: Pick<Store, 'db' | 'channels'>,
  { time, zone }: DigestTime,
  now = new Date(),
): Promise<void> {
  const local = localTime(now, zone);
  if (!channels?.length || local.time < time) return;
  await db.query(beginDigestsSql(local.day));
}

const beginDigestsSql = statement({
  name: 'begin_digests',
  text: `INSERT INTO digests (day) SELECT $1::date WHERE NOT EXISTS (SELECT 1 FROM digests)
      AND NOT EXISTS (SELECT 1 FROM digest_entries) ON CONFLICT DO NOTHING`,
});

/** Takes what was kept for the morning, without failures that somebody has acknowledged since. */
async function takeEntries(tx: Queryable): Promise<Pick<DigestFacts, 'entries' | 'total' | 'counts'>> {
  const [kept] = await tx.query(takeDigest());
  return kept ?? { entries: [], total: 0, counts: {} };
}

/** The facts of a run without the failures that somebody has acknowledged; a number that comes to nothing is left out. */
const withoutAcknowledged = `facts || jsonb_build_object(
    'failed', (SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements(facts -> 'failed') AS one
      WHERE NOT EXISTS (SELECT 1 FROM agents_tasks WHERE agents_tasks.id = (one ->> 'taskId')::int AND ${isAcknowledged})),
    'counts', jsonb_strip_nulls((facts -> 'counts') || jsonb_build_object('failed', nullif(greatest(0,
      coalesce((facts -> 'counts' ->> 'failed')::int, 0) - (SELECT count(*) FROM agents_tasks
        WHERE run_id = facts ->> 'runId' AND status = 'failed' AND ${isAcknowledged})), 0))))`;

const takeDigest = statement({
  name: 'take_digest',
  text: `WITH taken AS (DELETE FROM digest_entries RETURNING id, kind, facts),
      gone AS (
        SELECT id, kind, CASE WHEN kind = 'run_ended' THEN ${withoutAcknowledged} ELSE facts END AS facts FROM taken
        WHERE NOT (kind IN ('step_failed', 'step_failed_again') AND EXISTS (
          SELECT 1 FROM agents_tasks WHERE agents_tasks.id = (facts ->> 'taskId')::int AND ${isAcknowledged})))
      SELECT (SELECT count(*)::int FROM gone) AS total,
        (SELECT coalesce(jsonb_object_agg(kind, kept), '{}') FROM (
          SELECT kind, sum(coalesce((facts ->> 'total')::int, 1)) AS kept FROM gone GROUP BY kind) by_kind) AS counts,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'facts', facts) ORDER BY facts ->> 'project' NULLS FIRST, id), '[]')
          FROM (SELECT * FROM gone ORDER BY id LIMIT ${maxEntries}) first) AS entries`,
  row: {
    total: col.int,
    counts: col.json<Partial<Record<DeliveryKind, number>>>(),
    entries: col.json<{ kind: DeliveryKind; facts: object }[]>(),
  },
});

/** Reads the open approvals. */
async function readWaiting(tx: Queryable): Promise<{ awaiting: number; waiting: WaitingFacts[] }> {
  const found = await tx.query(waitingForDigest());
  const waiting = found.map(({ awaiting: _all, ...facts }) => facts);
  return { awaiting: found[0]?.awaiting ?? 0, waiting };
}

const waitingForDigest = statement({
  name: 'waiting_for_digest',
  text: `SELECT approvals.id AS "approvalId", tasks.id AS "taskId", tasks.task, tasks.run_id AS "runId",
        coalesce(plans.project, '') AS project, requested_at AS "requestedAt", count(*) OVER ()::int AS awaiting
      FROM approvals JOIN agents_tasks tasks ON tasks.id = approvals.task_id JOIN runs USING (run_id)
        LEFT JOIN plans ON plans.hash = runs.plan_hash
      WHERE approvals.ended_at IS NULL ORDER BY requested_at, approvals.id LIMIT ${maxWaiting}`,
  row: {
    approvalId: col.int,
    taskId: col.int,
    task: col.text,
    runId: col.text,
    project: col.text,
    requestedAt: col.time,
    awaiting: col.int,
  },
});

/** The day and the time of a moment on the clocks of a zone. */
function localTime(now: Date, timeZone: string): { day: string; time: string } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    ...({ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit' } as const),
    ...({ day: '2-digit', hour: '2-digit', minute: '2-digit' } as const),
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  };
}
