import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { refuseLabelsOutside, refusePlanOutside } from '../bounds/bounds.ts';
import type { Bounds } from '../input/viewer.ts';
import type { LeaseTaskInput } from './leaseTypes.ts';

/**
 * Bounds what a worker asks for by what its key may run. A plan, run or label outside is refused. One that is not known
 * is left out, since nobody can say yet where it will lie. What is leased then is looked at once more.
 * @throws OutOfBoundsError
 */
export async function wishWithin(
  db: Queryable,
  bounds: Bounds | undefined,
  wish: LeaseTaskInput,
): Promise<LeaseTaskInput> {
  if (bounds === undefined) return wish;
  const { labels, planHashes, runIds } = wish;
  refuseLabelsOutside(bounds, labels);
  const contents = planHashes.length === 0 ? [] : await db.query(contentsToLease(planHashes));
  const runs = runIds.length === 0 ? [] : await db.query(runsToLease(runIds));
  for (const plan of [...contents, ...runs]) refusePlanOutside(bounds, plan);
  return {
    ...wish,
    planHashes: contents.map(({ hash }) => hash),
    runIds: runs.map(({ runId }) => runId),
    within: bounds,
  };
}

const contentsToLease = statement({
  name: 'contents_to_lease',
  text: 'SELECT hash, project, name FROM plans WHERE hash = ANY($1::bpchar[])',
  row: { hash: col.text, project: col.text, name: col.text },
});

const runsToLease = statement({
  name: 'runs_to_lease',
  text: `SELECT run_id AS "runId", project, name FROM runs JOIN plans ON hash = plan_hash WHERE run_id = ANY($1::text[])`,
  row: { runId: col.text, project: col.text, name: col.text },
});
