import { planLabel } from '../../contract/projectName.ts';
import type { GithubRules } from '../../contract/pulls/githubRules.ts';
import { type OwnRepository, ownRepositoryOf } from '../../contract/pulls/ownRepository.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { PlanKey } from './planKey.ts';

/** What an attempt came with. */
export interface AttemptSource {
  taskId: number;
  origin: string | null;
  repo: string | null;
}

/**
 * Finds the repository of a step: the one that it names, else the one that its worker's checkout came from. The first that
 * a plan came with stays, since a step can rewrite its checkout's settings; another counts once an admin has said so.
 */
export async function readOwnRepository(
  tx: Queryable,
  { taskId, origin, repo }: AttemptSource,
  { hosts }: GithubRules,
): Promise<OwnRepository> {
  const key = origin === null ? undefined : await planOfTask(tx, taskId);
  const trusted = key === undefined ? [] : await readOrigins(tx, key);
  const isTrusted = origin !== null && trusted.includes(origin);
  const known = isTrusted ? origin : trusted[0];
  const own = ownRepositoryOf({ origin: known, repo: repo ?? undefined }, hosts);
  if (repo !== null || origin === null || isTrusted) return own;
  const plan = key && planLabel(key);
  const remark = `its worker runs in a checkout of ${origin}, but the plan ${plan} belongs to ${known ?? 'no repository'}. If the repository has moved, an admin can run "nightshift plan trust ${plan} ${origin}"`;
  return { ...own, remark };
}

async function planOfTask(tx: Queryable, taskId: number): Promise<PlanKey | undefined> {
  const [key] = await tx.query(planOfTaskSql(taskId));
  return key;
}

const planOfTaskSql = statement({
  name: 'plan_of_task',
  text: `SELECT project, name FROM agents_tasks JOIN runs USING (run_id) JOIN plans ON plans.hash = plan_hash WHERE id = $1`,
  row: { project: col.text, name: col.text },
});

/** Reads the repositories that the work of a plan belongs to. */
export async function readOrigins(db: Queryable, { project, name }: PlanKey): Promise<string[]> {
  const [said] = await db.query(originsOfPlan(name, project));
  return said?.origins ?? [];
}

const originsOfPlan = statement({
  name: 'origins_of_plan',
  text: 'SELECT origins FROM plan_origins WHERE plan = $1 AND project = $2 ORDER BY id DESC LIMIT 1',
  row: { origins: col.list(col.text) },
});

/** Reads the repositories that the work of several plans belongs to with one statement, in the order of the plans. */
export async function readOriginsOfPlans(db: Queryable, plans: readonly PlanKey[]): Promise<string[][]> {
  const rows = await db.query(
    originsOfPlans(
      plans.map(({ project }) => project),
      plans.map(({ name }) => name),
    ),
  );
  const found = new Map(rows.map(({ place, origins }) => [place, origins]));
  return plans.map((_, index) => found.get(index + 1) ?? []);
}

const originsOfPlans = statement({
  name: 'origins_of_plans',
  text: `SELECT wanted.place::int AS place, latest.origins FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted(project, name, place)
      CROSS JOIN LATERAL (SELECT origins FROM plan_origins
        WHERE plan_origins.plan = wanted.name AND plan_origins.project = wanted.project ORDER BY id DESC LIMIT 1) latest`,
  row: { place: col.int, origins: col.list(col.text) },
});
