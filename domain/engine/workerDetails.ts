import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { PlanKey } from '../plans/planKey.ts';
import { type Attempt, findLeases } from './attempts.ts';

/** A content of a plan that a worker offers to run. */
export interface OfferedPlan extends PlanKey {
  hash: string;
}

/** So many running attempts of a worker are told. */
const maxRunning = 50;

/** Reads what workers run now, of each the oldest attempts first, with two statements. */
export async function readRunning(db: Database, workers: readonly string[]): Promise<Attempt[][]> {
  const held = await db.query(leasesOfWorkers(workers, maxRunning));
  const attempts = await findLeases(
    db,
    held.map(({ leaseId }) => leaseId),
  );
  const byWorker = Map.groupBy(attempts, ({ worker }) => worker);
  return workers.map((worker) => byWorker.get(worker) ?? []);
}

const leasesOfWorkers = statement({
  name: 'leases_of_workers',
  text: `SELECT lease_id AS "leaseId" FROM (
      SELECT lease_id, row_number() OVER (PARTITION BY worker ORDER BY started_at, lease_id) AS place FROM task_attempts
      WHERE finished_at IS NULL AND worker = ANY($1::text[])) held
    WHERE place <= $2::int`,
  row: { leaseId: col.text },
});

/** Names the plans of scopes that workers have told, of each list by project and name; with one statement. */
export async function readOfferedPlans(
  db: Queryable,
  scopes: readonly (readonly string[])[],
): Promise<OfferedPlan[][]> {
  const wanted = [...new Set(scopes.flat())];
  const plans = wanted.length === 0 ? [] : await db.query(plansOfScopes(wanted));
  return scopes.map((own) => plans.filter(({ scope }) => own.includes(scope)));
}

// As `scopeOfPlan` names them. The newest of one plan comes first.
const plansOfScopes = statement({
  name: 'plans_of_scopes',
  text: `SELECT wanted.scope, hash, project, name FROM unnest($1::text[]) AS wanted(scope)
      JOIN plans ON left(plans.hash, 32) = substr(wanted.scope, 6) WHERE wanted.scope LIKE 'plan-%'
    ORDER BY project, name, registered_at DESC, hash`,
  row: { scope: col.text, hash: col.text, project: col.text, name: col.text },
});
