import { formatTime } from '../../contract/input/time.ts';
import { splitLabel } from '../../contract/projectName.ts';
import type { ScheduledOutcome } from '../../contract/words/schedule.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import { findPlanKey, type PlanKey } from '../plans/planKey.ts';

/** What became of one due time of a plan's schedule. Times are ISO 8601 strings in UTC. */
export interface ScheduledRun {
  plan: string;
  /** The project of the plan; null for none. */
  project: string | null;
  dueAt: string;
  outcome: ScheduledOutcome;
  /** The run that was started, if one was. */
  runId: string | null;
  /** Why none was started. */
  reason: string | null;
  recordedAt: string;
}

const selectScheduledRun = `plan, nullif(project, '') AS project, due_at AS "dueAt", outcome, run_id AS "runId", reason, recorded_at AS "recordedAt"`;

const scheduledRunRow = {
  plan: col.text,
  project: col.text.orNull,
  dueAt: col.time,
  outcome: col.word<ScheduledOutcome>(),
  runId: col.text.orNull,
  reason: col.text.orNull,
  recordedAt: col.time,
};

/**
 * Reads the latest due times, of one plan or of all that are not retired, and what became of each. A project that has no
 * plan of the name yet sees those from before there were projects, which it may come to have.
 * @throws InvalidInputError when several projects have a plan of this name
 */
export async function readScheduledRuns(
  db: Pick<Database, 'query' | 'prisma'>,
  plan: string | null,
  limit: number,
): Promise<ScheduledRun[]> {
  const found = await db.prisma.scheduleTick.findMany({
    where: plan === null ? await ofPlansInUse(db) : await ofPlan(db, plan),
    orderBy: [{ dueAt: 'desc' }, { plan: 'asc' }, { project: 'asc' }],
    take: limit,
    select: scheduledRunFields,
  });
  return found.map(toScheduledRun);
}

const scheduledRunFields = {
  plan: true,
  project: true,
  dueAt: true,
  outcome: true,
  runId: true,
  reason: true,
  recordedAt: true,
} as const satisfies Prisma.ScheduleTickSelect;

function toScheduledRun(
  row: Prisma.ScheduleTickGetPayload<{ select: typeof scheduledRunFields }>,
): ScheduledRun {
  const { project, dueAt, outcome, recordedAt } = row;
  return {
    ...row,
    project: project || null,
    dueAt: formatTime(dueAt),
    outcome: outcome as ScheduledOutcome,
    recordedAt: formatTime(recordedAt),
  };
}

async function ofPlansInUse({ prisma }: Pick<Database, 'prisma'>): Promise<Prisma.ScheduleTickWhereInput> {
  const retired = await prisma.planState.findMany({
    where: { state: 'retired' },
    select: { plan: true, project: true },
  });
  return { NOT: { OR: retired } };
}

async function ofPlan(
  db: Pick<Database, 'query' | 'prisma'>,
  reference: string,
): Promise<Prisma.ScheduleTickWhereInput> {
  const { project, name } = await readKey(db, reference);
  const own = await db.prisma.plan.findFirst({ where: { name, project }, select: { hash: true } });
  return { plan: name, project: { in: own === null ? [project, ''] : [project] } };
}

async function readKey(db: Queryable, plan: string): Promise<PlanKey> {
  return (await findPlanKey(db, plan)) ?? splitLabel(plan) ?? { project: '', name: plan };
}

/** Reads what became of these due times of a plan, the earliest first; those that nobody has settled are left out. */
export async function scheduledRunsAt(
  { prisma }: Pick<Database, 'prisma'>,
  { project, name }: PlanKey,
  dueTimes: readonly string[],
): Promise<ScheduledRun[]> {
  const found = await prisma.scheduleTick.findMany({
    where: { plan: name, project, dueAt: { in: [...dueTimes] } },
    orderBy: { dueAt: 'asc' },
    select: scheduledRunFields,
  });
  return found.map(toScheduledRun);
}

/** Reads what became of several due times, of whatever plans, with one statement, in that order; null where nothing is on record. */
export async function findScheduledRuns(
  db: Queryable,
  keys: readonly Pick<ScheduledRun, 'plan' | 'project' | 'dueAt'>[],
): Promise<(ScheduledRun | null)[]> {
  const scheduledRuns = await db.query(
    scheduledRunsByKeys(
      keys.map(({ plan }) => plan),
      keys.map(({ project }) => project ?? ''),
      keys.map(({ dueAt }) => dueAt),
    ),
  );
  return keys.map(
    (key) =>
      scheduledRuns.find(
        ({ plan, project, dueAt }) => plan === key.plan && project === key.project && dueAt === key.dueAt,
      ) ?? null,
  );
}

const scheduledRunsByKeys = statement({
  name: 'ticks_by_keys',
  text: `SELECT ${selectScheduledRun} FROM schedule_ticks WHERE (plan, project, due_at) IN
      (SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[]))`,
  row: scheduledRunRow,
});

/** A due time whose run was not started, and why. */
export interface UnstartedRun {
  dueAt: string;
  outcome: ScheduledOutcome;
  reason: string;
}

/**
 * Records what became of due times of a plan, of each unless somebody has; says of how many this was the first. A start
 * that failed may be tried again, and is not turned into one that was missed.
 */
export async function recordScheduledRuns(
  tx: Queryable,
  { project, name }: PlanKey,
  scheduledRuns: readonly Pick<ScheduledRun, 'dueAt' | 'outcome' | 'reason'>[],
): Promise<number> {
  const recorded = await tx.query(
    recordScheduledRunsSql(
      name,
      project,
      scheduledRuns.map(({ dueAt }) => dueAt),
      scheduledRuns.map(({ outcome }) => outcome),
      scheduledRuns.map(({ reason }) => reason),
    ),
  );
  return recorded.length;
}

const recordScheduledRunsSql = statement({
  name: 'record_ticks',
  text: `INSERT INTO schedule_ticks (plan, project, due_at, outcome, reason)
      SELECT $1, $2, * FROM unnest($3::timestamptz[], $4::text[], $5::text[])
      ON CONFLICT (plan, project, due_at) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, recorded_at = now()
        WHERE schedule_ticks.outcome = 'failed' AND excluded.outcome <> 'missed' RETURNING 1`,
});

/** Records what became of a due time, unless somebody has; says whether this was the first. */
export async function recordScheduledRun(
  tx: Queryable,
  key: PlanKey,
  scheduledRun: Pick<ScheduledRun, 'dueAt' | 'outcome' | 'reason'>,
): Promise<boolean> {
  return (await recordScheduledRuns(tx, key, [scheduledRun])) > 0;
}

/** Says more of a due time, in the transaction that recorded it. */
export async function updateScheduledRun(
  tx: Queryable,
  { project, name }: PlanKey,
  { dueAt, outcome, runId, reason }: Omit<ScheduledRun, 'plan' | 'project' | 'recordedAt'>,
): Promise<void> {
  await tx.query(updateScheduledRunSql(name, project, dueAt, outcome, runId, reason));
}

// No call of Prisma's: it stands in pipelined transactions.
const updateScheduledRunSql = statement({
  name: 'tell_tick',
  text: `UPDATE schedule_ticks SET outcome = $4, run_id = $5, reason = $6
      WHERE plan = $1 AND project = $2 AND due_at = $3`,
});
