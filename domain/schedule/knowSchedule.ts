import type { Queryable } from '../../prisma/database/database.ts';

/** The schedule of a plan, as its file has it. */
export interface Schedule {
  plan: string;
  /** Cron fields. */
  expression: string;
  timezone: string;
}

/**
 * Makes the schedule of a plan known, from now on unless it was the plan's schedule before. Gives since when it is
 * known, and what time it is.
 */
export async function knowSchedule(
  db: Queryable,
  { plan, expression, timezone }: Schedule,
  /** @default the database's clock */
  at: string | null,
): Promise<{ knownAt: string; now: string }> {
  await db.query({
    name: 'know_schedule',
    text: `INSERT INTO schedules (plan, expression, timezone, known_at)
      VALUES ($1, $2, $3, coalesce($4::timestamptz, now()))
      ON CONFLICT (plan) DO UPDATE
        SET expression = excluded.expression, timezone = excluded.timezone, known_at = excluded.known_at
        WHERE schedules.expression <> excluded.expression OR schedules.timezone <> excluded.timezone`,
    values: [plan, expression, timezone, at],
  });
  const [known] = await db.query<{ knownAt: string; now: string }>({
    name: 'known_schedule',
    text: `SELECT known_at AS "knownAt", coalesce($2::timestamptz, now())::timestamptz(3) AS now FROM schedules WHERE plan = $1`,
    values: [plan, at],
  });
  if (known === undefined) throw new Error(`The schedule of ${plan} is not there.`);
  return known;
}
