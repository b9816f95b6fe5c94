import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { PlanKey } from '../plans/planKey.ts';

/** The schedule of a plan, as its file has it. */
export interface Schedule extends PlanKey {
  /** Cron fields. */
  expression: string;
  timezone: string;
}

/**
 * Makes the schedule of a plan known, from now on unless it was the plan's schedule before. Gives since when it is
 * known, and what time it is.
 */
export async function upsertSchedule(
  db: Queryable,
  { project, name, expression, timezone }: Schedule,
  /** @default the database's clock */
  at: string | null,
): Promise<{ effectiveFrom: string; now: string }> {
  await db.query(knowSchedule(name, project, expression, timezone, at));
  const [known] = await db.query(knownSchedule(name, project, at));
  if (known === undefined) throw new Error(`The schedule of ${name} does not exist.`);
  return known;
}

const knowSchedule = statement({
  name: 'know_schedule',
  text: `INSERT INTO schedules (plan, project, expression, timezone, known_at)
      VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, now()))
      ON CONFLICT (plan, project) DO UPDATE
        SET expression = excluded.expression, timezone = excluded.timezone, known_at = excluded.known_at
        WHERE schedules.expression <> excluded.expression OR schedules.timezone <> excluded.timezone`,
});

const knownSchedule = statement({
  name: 'known_schedule',
  text: `SELECT known_at AS "effectiveFrom", coalesce($3::timestamptz, now())::timestamptz(3) AS now FROM schedules
      WHERE plan = $1 AND project = $2`,
  row: { effectiveFrom: col.time, now: col.time },
});

/**
 * Finds the other projects that have a schedule of a plan of this name, where this one has none: the empty text for what
 * is on record from before there were projects. Retired plans do not count.
 */
export async function schedulesElsewhere(db: Queryable, { project, name }: PlanKey): Promise<string[]> {
  const others = await db.query(schedulesElsewhereSql(name, project));
  return others.map((other) => other.project);
}

const schedulesElsewhereSql = statement({
  name: 'schedules_elsewhere',
  text: `SELECT project FROM schedules WHERE plan = $1 AND project <> $2
        AND NOT EXISTS (SELECT 1 FROM schedules own WHERE own.plan = $1 AND own.project = $2)
        AND NOT EXISTS (SELECT 1 FROM plan_states said WHERE said.plan = $1 AND said.project = schedules.project AND state = 'retired')
      ORDER BY project LIMIT 20`,
  row: { project: col.text },
});
