import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { type DerivedHash, hasContent } from './contentHash.ts';
import type { PlanKey } from './planKey.ts';

/** A content of a project that was only guessed. */
interface Guess extends DerivedHash {
  project: string;
}

/**
 * Finds the guessed project whose plan goes on under a name that somebody gave: this very content is the latest that it
 * has, and the named one has no such plan. Of several it is the one with the schedule, else the one that came with the
 * content last.
 */
export async function findGuess(
  tx: Queryable,
  { project, name }: PlanKey,
  contentHash: string,
): Promise<Guess | undefined> {
  const [guess] = await tx.query(guessOfContent(name, project, contentHash));
  return guess;
}

const guessOfContent = statement({
  name: 'guess_of_content',
  text: `SELECT hash, hashed_for AS "hashedFor", project FROM plans JOIN projects ON projects.name = project AND is_guessed
      WHERE plans.name = $1::text AND project <> $2::text AND ${hasContent('$3')}
        AND NOT EXISTS (SELECT 1 FROM plans own WHERE own.project = $2::text AND own.name = $1::text)
        AND NOT EXISTS (SELECT 1 FROM plans later WHERE later.project = plans.project AND later.name = plans.name
          AND (later.registered_at, later.hash) > (plans.registered_at, plans.hash))
      ORDER BY (EXISTS (SELECT 1 FROM schedules WHERE plan = $1::text AND schedules.project = plans.project)
        AND NOT EXISTS (SELECT 1 FROM plan_states WHERE plan = $1::text AND plan_states.project = plans.project
          AND state = 'retired')) DESC, registered_at DESC, hash LIMIT 1 FOR UPDATE OF plans`,
  row: { hash: col.text, hashedFor: col.text.orNull, project: col.text },
});

/** Has a project whose plans all come over keep the ids of its runs, unless the other one is known already. */
export async function renameProject(tx: Queryable, from: string, project: string): Promise<void> {
  await tx.query(renameProjectSql(from, project));
}

const renameProjectSql = statement({
  name: 'rename_project',
  text: `UPDATE projects SET name = $2::text, is_guessed = false WHERE name = $1::text
      AND NOT EXISTS (SELECT 1 FROM projects known WHERE known.name = $2::text)
      AND (SELECT count(DISTINCT plans.name) FROM plans WHERE project = $1::text) = 1`,
});

/** Gives a project what a name means to another one, or from before: other contents, the schedule, its due times, its state and origins. */
export async function takeName(tx: Queryable, { project, name }: PlanKey, from: string): Promise<void> {
  const values = [project, name, from];
  await tx.query(takeContents(...values));
  for (const take of takeRows) await tx.query(take(...values));
  await tx.query(lockTrends());
  for (const take of takeTrends) await tx.query(take(...values));
  // None of these rows ever changes.
  await tx.query(takePlanOrigins(...values));
}

const takeContents = statement({
  name: 'take_contents',
  text: `UPDATE plans SET project = $1::text, hashed_for = coalesce(hashed_for, nullif($3::text, ''))
      WHERE project = $3::text AND name = $2::text`,
});

const takeRows = (
  [
    ['schedules', ''],
    ['plan_states', ''],
    ['schedule_ticks', 'AND own.due_at = given.due_at'],
  ] as const
).map(([table, same]) =>
  statement({
    name: `take_${table}`,
    text: `UPDATE ${table} given SET project = $1::text WHERE project = $3::text AND plan = $2::text
      AND NOT EXISTS (SELECT 1 FROM ${table} own WHERE own.project = $1::text AND own.plan = $2::text ${same})`,
  }),
);

/** Nobody counts meanwhile, who would find the former project. */
const lockTrends = statement({
  name: 'lock_trends',
  text: 'SELECT 1 FROM trend_coverage FOR UPDATE',
});

const takeTrends = ['trend_cells', 'trend_marks'].map((table) =>
  statement({
    name: `take_${table}`,
    text: `UPDATE ${table} SET project = $1::text WHERE project = $3::text AND plan = $2::text`,
  }),
);

const takePlanOrigins = statement({
  name: 'take_plan_origins',
  text: `INSERT INTO plan_origins (project, plan, origins, worker, said_by, said_at)
      SELECT $1::text, plan, origins, worker, said_by, said_at FROM plan_origins WHERE project = $3::text AND plan = $2::text
        AND NOT EXISTS (SELECT 1 FROM plan_origins own WHERE own.project = $1::text AND own.plan = $2::text) ORDER BY id`,
});
