import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { statementName } from '../../database/statementName.ts';
import { IllegalTransitionError } from '../input/errors.ts';
import { isFailedBySilence } from '../tasks/conditions.ts';
import { readTask } from '../tasks/read.ts';
import { canMove, explainRefusal, sourcesOf } from '../tasks/status.ts';
import { selectTask, type Task, taskColumns, taskRow } from '../tasks/task.ts';
import { areOpen, type ColumnChanges, touchShown, withoutFrozen } from './frozen.ts';
import { canBeLate, lateSets } from './lateReport.ts';

/** What a change came to: the task, or that its link would change while somebody is to decide about it. */
export type Changed = { task: Task } | { task?: never; needsVoid: true };

interface Setting {
  /** Whether the link may change while somebody is to decide about it. */
  mayVoid?: boolean;
  /** Whether the decision that freezes what was shown was made just now, in the same transaction. */
  isWithDecision?: boolean;
  /** Whether this is what a reporter says of a task that its silence had failed. */
  isLate?: boolean;
}

/**
 * Changes columns of a task with one conditional update for what most reports are; only a refused or special one reads
 * the row first.
 * @throws NotFoundError, IllegalTransitionError, DecisionIsFinalError
 */
export async function changeColumns(
  db: Queryable,
  id: number,
  given: ColumnChanges,
  { mayVoid = false, isWithDecision = false }: Setting = {},
): Promise<Changed> {
  let changes = given;
  for (;;) {
    const [task] = await update(db, id, changes, { mayVoid, isWithDecision });
    if (task) return { task };
    if (canBeLate(changes.status)) {
      const [late] = await update(db, id, changes, { mayVoid, isWithDecision, isLate: true });
      if (late) return { task: late };
    }
    const before = await readTask(db, id);
    const isOfEngine = await isEngines(db, id);
    refuseMove(before, isOfEngine, changes);
    const left = withoutFrozen(before, isOfEngine, changes);
    changes = left.changes;
    const { outputsUri } = changes;
    const moves = outputsUri !== undefined && outputsUri !== before.outputsUri;
    if (!left.isChanged && !mayVoid && moves && before.status === 'awaiting_approval')
      return { needsVoid: true };
  }
}

async function update(
  db: Queryable,
  id: number,
  changes: ColumnChanges,
  { mayVoid, isWithDecision, isLate = false }: Setting,
): Promise<Task[]> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined) as [
    keyof ColumnChanges,
    unknown,
  ][];
  const values = [id, ...given.map(([, value]) => value)];
  if (given.length === 0) return db.query(unchangedTask(id));
  const { status } = changes;
  if (status !== undefined && !isLate) values.push([...new Set([status, ...sourcesOf(status, 'report')])]);
  const fields = given.map(([field]) => field);
  const shape = `${fields.join()} ${status} ${mayVoid} ${isWithDecision} ${isLate}`;
  let known = updates.get(shape);
  if (known === undefined) {
    const text = updateSql(fields, changes, { mayVoid, isWithDecision, isLate });
    known = { name: statementName(text), text };
    if (updates.size < maxShapes) updates.set(shape, known);
  }
  return db.query<Task>({ ...known, values });
}

/** So many shapes of changes keep their statements; reporters have few. */
const maxShapes = 200;

const updates = new Map<string, { name: string | undefined; text: string }>();

/** Writes the update for the given fields, whose values follow the number of the task, and the old statuses these. */
function updateSql(
  fields: readonly (keyof ColumnChanges)[],
  changes: ColumnChanges,
  { mayVoid, isWithDecision, isLate }: Setting,
): string {
  const { status } = changes;
  const placeOf = (field: keyof ColumnChanges) => `$${fields.indexOf(field) + 2}`;
  const sets = fields.map((field) => `${taskColumns[field]} = ${placeOf(field)}`);
  if (isLate) sets.push(...lateSets(changes));
  if (status === 'awaiting_approval') sets.push(`approval_state = 'pending'`);
  if (status === 'running' && changes.startedAt === undefined)
    sets.push('started_at = coalesce(started_at, now())');
  sets.push('reported_at = CASE WHEN step IS NULL THEN now() END');
  const conditions = [
    'id = $1',
    ...(areOpen(changes) ? [] : ['step IS NULL']),
    ...(status === undefined
      ? []
      : isLate
        ? [isFailedBySilence]
        : [
            `status = ANY($${fields.length + 2})`,
            // A reporter that says so confirms what silence had only guessed.
            ...(status === 'failed' ? [`NOT (${isFailedBySilence})`] : []),
          ]),
    ...(touchShown(changes) && !isWithDecision
      ? [`(approval_state IS NULL OR approval_state = 'pending')`]
      : []),
    ...(changes.outputsUri === undefined || mayVoid
      ? []
      : [`(status <> 'awaiting_approval' OR outputs_uri IS NOT DISTINCT FROM ${placeOf('outputsUri')})`]),
  ];
  return `UPDATE agents_tasks SET ${sets.join(', ')} WHERE ${conditions.join(' AND ')} RETURNING ${selectTask}`;
}

const unchangedTask = statement({
  name: 'unchanged_task',
  text: `SELECT ${selectTask} FROM agents_tasks WHERE id = $1`,
  row: taskRow,
});

async function isEngines(db: Queryable, id: number): Promise<boolean> {
  const rows = await db.query(isOfEngineSql(id));
  return rows.length > 0;
}

const isOfEngineSql = statement({
  name: 'is_of_engine',
  text: 'SELECT 1 FROM agents_tasks WHERE id = $1 AND step IS NOT NULL',
});

/** What the engine runs is moved by its leases and by decisions alone, so that no report can overtake them. */
function refuseMove(
  { id, status }: Task,
  isOfEngine: boolean,
  { status: to }: { status?: TaskStatus | undefined },
): void {
  if (to === undefined) return;
  if (!canMove(status, to, 'report'))
    throw new IllegalTransitionError(id, status, to, explainRefusal(status));
  if (!isOfEngine) return;
  const hint = 'Nightshift runs it, so only its worker, a decision or a cancellation can change its status.';
  throw new IllegalTransitionError(id, status, to, hint);
}
