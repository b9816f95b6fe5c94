import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf } from '../plans/stepGraph.ts';
import { serverIdOf } from './identity.ts';
import type { Lease } from './leaseTypes.ts';

/** So many bytes of outputs go with a lease. */
export const maxNeedsBytes = 16 * 1024 * 1024;

/** Adds which server gives a lease, and the outputs of the tasks that its step needs. */
export async function withNeeds(
  db: Database,
  given: Omit<Lease, 'needs' | 'serverId'>,
  step: number,
): Promise<Lease> {
  return { ...given, serverId: await serverIdOf(db), needs: await needsOf(db, given, step) };
}

/** Reads the outputs of the tasks that a step needs. */
export async function needsOf(
  db: Queryable,
  { runId, planHash }: Pick<Lease, 'runId' | 'planHash'>,
  step: number,
): Promise<Lease['needs']> {
  const needed = graphOf((await readDefinition(db, planHash)).steps).needs[step] ?? [];
  if (needed.length === 0) return {};
  const rows = await db.query(neededOutputs(runId, needed, maxNeedsBytes));
  return Object.fromEntries(rows.map(({ task, outputs }) => [task, outputs]));
}

const neededOutputs = statement({
  name: 'needed_outputs',
  text: `SELECT task, CASE WHEN sum(octet_length(outputs::text)) OVER (ORDER BY step) > $3 THEN NULL ELSE coalesce(outputs, '{}') END AS outputs
      FROM agents_tasks WHERE run_id = $1 AND step = ANY($2::int[])`,
  row: { task: col.text, outputs: col.json<Record<string, string>>().orNull },
});
