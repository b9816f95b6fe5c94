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
  const { status } = changes;
  const values: unknown[] = [id];
  const place = (value: unknown) => `$${values.push(value)}`;
  const places = Object.entries(changes).flatMap(([property, value]) =>
    value === undefined ? [] : [[taskColumns[property as keyof ColumnChanges], place(value)] as const],
  );
  if (places.length === 0) return db.query(unchangedTask(...values));
  const sets = places.map(([column, value]) => `${column} = ${value}`);
  if (isLate) sets.push(...lateSets(changes));
  if (status === 'awaiting_approval') sets.push(`approval_state = 'pending'`);
  if (status === 'running' && changes.startedAt === undefined)
    sets.push('started_at = coalesce(started_at, now())');
  sets.push('reported_at = CASE WHEN step IS NULL THEN now() END');
  const link = places.find(([column]) => column === taskColumns.outputsUri)?.[1];
  const conditions = [
    'id = $1',
    ...(areOpen(changes) ? [] : ['step IS NULL']),
    ...(status === undefined
      ? []
      : isLate
        ? [isFailedBySilence]
        : [
            `status = ANY(${place([...new Set([status, ...sourcesOf(status, 'report')])])})`,
            // A reporter that says so confirms what silence had only guessed.
            ...(status === 'failed' ? [`NOT (${isFailedBySilence})`] : []),
          ]),
    ...(touchShown(changes) && !isWithDecision
      ? [`(approval_state IS NULL OR approval_state = 'pending')`]
      : []),
    ...(link === undefined || mayVoid
      ? []
      : [`(status <> 'awaiting_approval' OR outputs_uri IS NOT DISTINCT FROM ${link})`]),
  ];
  const text = `UPDATE agents_tasks SET ${sets.join(', ')} WHERE ${conditions.join(' AND ')} RETURNING ${selectTask}`;
  return db.query<Task>({ name: statementName(text), text, values });
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
