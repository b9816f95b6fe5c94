import type { Queryable } from '../../prisma/database/database.ts';

/** What can become of a due time. */
export const tickOutcomes = ['started', 'made_up', 'missed', 'skipped', 'failed', 'paused'] as const;
export type TickOutcome = (typeof tickOutcomes)[number];

/** What became of one due time of a plan's schedule. Times are ISO 8601 strings in UTC. */
export interface Tick {
  plan: string;
  dueAt: string;
  outcome: TickOutcome;
  /** The run that was started, if one was. */
  runId: string | null;
  /** Why none was started. */
  reason: string | null;
  recordedAt: string;
}

const selectTick = `plan, due_at AS "dueAt", outcome, run_id AS "runId", reason, recorded_at AS "recordedAt"`;

/** Reads the latest due times, of one plan or of all that are not retired, and what became of each. */
export function readTicks(db: Queryable, plan: string | null, limit: number): Promise<Tick[]> {
  return db.query<Tick>({
    name: 'latest_ticks',
    text: `SELECT ${selectTick} FROM schedule_ticks WHERE plan = $1 OR $1::text IS NULL
        AND NOT EXISTS (SELECT 1 FROM plan_states WHERE plan_states.plan = schedule_ticks.plan AND state = 'retired') ORDER BY due_at DESC, plan LIMIT $2`,
    values: [plan, limit],
  });
}

/** Reads what became of these due times of a plan, the earliest first; those that nobody has settled are left out. */
export function ticksAt(db: Queryable, plan: string, dueTimes: readonly string[]): Promise<Tick[]> {
  return db.query<Tick>({
    name: 'ticks_at',
    text: `SELECT ${selectTick} FROM schedule_ticks WHERE plan = $1 AND due_at = ANY($2::timestamptz[]) ORDER BY due_at`,
    values: [plan, dueTimes],
  });
}

/** A due time whose run was not started, and why. */
export interface UnstartedTick {
  dueAt: string;
  outcome: TickOutcome;
  reason: string;
}

/**
 * Records what became of due times of a plan, of each unless somebody has; says of how many this was the first. A start
 * that failed may be tried again, and is not turned into one that was missed.
 */
export async function recordTicks(
  tx: Queryable,
  plan: string,
  ticks: readonly Pick<Tick, 'dueAt' | 'outcome' | 'reason'>[],
): Promise<number> {
  const recorded = await tx.query({
    name: 'record_ticks',
    text: `INSERT INTO schedule_ticks (plan, due_at, outcome, reason)
      SELECT $1, * FROM unnest($2::timestamptz[], $3::text[], $4::text[])
      ON CONFLICT (plan, due_at) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, recorded_at = now()
        WHERE schedule_ticks.outcome = 'failed' AND excluded.outcome <> 'missed' RETURNING 1`,
    values: [
      plan,
      ticks.map(({ dueAt }) => dueAt),
      ticks.map(({ outcome }) => outcome),
      ticks.map(({ reason }) => reason),
    ],
  });
  return recorded.length;
}

/** Records what became of a due time, unless somebody has; says whether this was the first. */
export async function recordTick(
  tx: Queryable,
  { plan, ...tick }: Pick<Tick, 'plan' | 'dueAt' | 'outcome' | 'reason'>,
): Promise<boolean> {
  return (await recordTicks(tx, plan, [tick])) > 0;
}

/** Says more of a due time, in the transaction that recorded it. */
export async function tellTick(
  tx: Queryable,
  { plan, dueAt, outcome, runId, reason }: Omit<Tick, 'recordedAt'>,
): Promise<void> {
  await tx.query({
    name: 'tell_tick',
    text: 'UPDATE schedule_ticks SET outcome = $3, run_id = $4, reason = $5 WHERE plan = $1 AND due_at = $2',
    values: [plan, dueAt, outcome, runId, reason],
  });
}
