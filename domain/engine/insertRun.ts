import { createHash, randomInt } from 'node:crypto';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Viewer } from '../input/viewer.ts';
import type { PlanDefinition } from '../plans/planDefinition.ts';
import type { KnownPlan } from '../plans/plans.ts';

/** A run that is to be made. */
interface WantedRun {
  /** Null for the first free one of a day. */
  runId?: string | null | undefined;
  inputs?: Record<string, unknown> | null | undefined;
  /** Whose workers take its tasks. */
  scope: string;
  /** The indexes of the plan's steps that it goes without. */
  leftOut: readonly number[];
}

/** Inserts the run and gives its id; undefined when a run of the wanted id is there. */
export async function insertRun(
  tx: Queryable,
  viewer: Viewer,
  { runId, inputs, scope, leftOut }: WantedRun,
  plan: KnownPlan,
  day?: string,
): Promise<string | undefined> {
  if (runId == null) await lockRunIds(tx, runIdStem(plan));
  for (;;) {
    const id = runId ?? (await freeRunId(tx, plan, day));
    const made = await tx.query(
      startRun(
        id,
        plan.hash,
        scope,
        inputs && JSON.stringify(inputs),
        viewer.id,
        leftOut,
        plan.definition.concurrency,
      ),
    );
    if (made.length > 0) return id;
    if (runId != null) return undefined;
  }
}

const startRun = statement({
  name: 'start_run',
  text: `INSERT INTO runs (run_id, plan_hash, scope, inputs, started_by, left_out, places) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING RETURNING 1`,
});

/** What the ids of a plan's runs begin with: its name, after the prefix of its project; what is too long ends in a hash. */
export function runIdStem({ prefix, definition }: Pick<KnownPlan, 'prefix' | 'definition'>): string {
  const stem = prefix === '' ? definition.name : `${prefix}-${definition.name}`;
  if (stem.length <= maxStem) return stem;
  const hash = createHash('sha256').update(stem).digest('hex').slice(0, 6);
  return `${stem.slice(0, maxStem - 7).toWellFormed()}-${hash}`;
}

/** With the day and the number of a run it has at most 64 characters. */
const maxStem = 48;

/** Of many that look for a free id of one plan, each finds its own: else all but one would look anew each time. */
async function lockRunIds(tx: Queryable, stem: string): Promise<void> {
  await tx.query(lineForRunId(stem));
}

const lineForRunId = statement({
  name: 'line_for_run_id',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift run of ' || $1, 0))`,
});

/** How many runs of a plan are numbered on one day. */
const maxNumberOfDay = 1000;

/** The id of a plan's first run of a day; what it begins with is the first value, the day the second. */
const firstOfDay = `$1 || to_char(coalesce($2::timestamptz, now()) AT TIME ZONE 'UTC', '-YYYY-MM-DD')`;

/**
 * Finds the first id of a day in UTC, today by the database's clock unless it is named, that no run has. Where a thousand
 * are taken, be it by outside reporters who name their runs as they like, an id that nobody can guess is taken.
 */
export async function freeRunId(
  tx: Queryable,
  plan: Pick<KnownPlan, 'prefix' | 'definition'>,
  day?: string,
): Promise<string> {
  const apart = randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0');
  const [free] = await tx.query(freeRunIdSql(runIdStem(plan), day, apart));
  if (free) return free.runId;
  throw new Error('The database returned no id for a run.');
}

const freeRunIdSql = statement({
  name: 'free_run_id',
  text: `SELECT coalesce((SELECT candidate FROM (
          SELECT ${firstOfDay} || CASE WHEN n = 1 THEN '' ELSE '-' || n END AS candidate, n FROM generate_series(1, ${maxNumberOfDay}) AS n) candidates
        WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run_id = candidate) ORDER BY n LIMIT 1), ${firstOfDay} || '-' || $3::text) AS "runId"`,
  row: { runId: col.text },
});

/** Inserts the tasks of the chosen steps of a plan, all queued. */
export async function insertTasks(
  tx: Queryable,
  runId: string,
  { steps }: PlanDefinition,
  chosen: PlanDefinition['steps'],
): Promise<void> {
  const stepIndexes = new Map(steps.map((step, index) => [step, index]));
  const rows = chosen.map((step) => ({
    task: step.task,
    step: stepIndexes.get(step),
    lock_key: step.lock ?? null,
    inputs: step.inputs ?? null,
  }));
  await tx.query(queueTasks(runId, JSON.stringify(rows)));
}

const queueTasks = statement({
  name: 'queue_tasks',
  text: `INSERT INTO agents_tasks (task, run_id, status, step, lock_key, inputs)
      SELECT task, $1, 'queued', step, lock_key, inputs
      FROM jsonb_to_recordset($2::jsonb) AS given(task text, step int, lock_key text, inputs jsonb) ORDER BY step`,
});
