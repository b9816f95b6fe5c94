import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import { col, statement } from '../../database/statement.ts';
import { recordedBy, recordForEach } from '../audit/audit.ts';
import { refuseReportOutside } from '../bounds/bounds.ts';
import { refuseRunOutside } from '../bounds/withinBounds.ts';
import { NotFoundError } from '../input/errors.ts';
import { boundsFor, mayDo, type Viewer } from '../input/viewer.ts';
import { lockAnyRun } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { maxInteger } from '../tasks/input.ts';
import type { Engine } from './engine.ts';
import { inEngine, publish } from './inEngine.ts';
import { refuseGates } from './refuseGates.ts';
import { releaseReady } from './release.ts';

/**
 * Cancels what has not ended of a run: its queued and running tasks, and those that await approval before they run, become
 * skipped, and their commands are ended. What awaits approval of what it made stays for its decision. Each cancelled task has a row in the record of decisions. Says how many tasks
 * were cancelled; again it cancels none. Without the scope `operate` external tasks of the run, which are not the worker's, stay.
 * @throws NotFoundError; OutOfBoundsError, also for external tasks of the run that it would cancel, and for
 * gates that only people in ADMIN_USERS may end
 */
export async function cancelRun(
  store: Store,
  viewer: Viewer,
  runId: string,
  note?: string | null,
  via: DecisionVia = 'graphql',
): Promise<number> {
  const { cancelled, changed } = await inEngine(store, (engine) =>
    cancelAll(engine, viewer, { runId, note, via, admins: store.admins }),
  );
  await publish(store, changed);
  return cancelled;
}

async function cancelAll(
  engine: Engine,
  viewer: Viewer,
  {
    runId,
    note,
    via,
    admins,
  }: {
    runId: string;
    note: string | null | undefined;
    via: DecisionVia;
    admins: readonly string[] | undefined;
  },
) {
  const { tx } = engine;
  if (!(await lockAnyRun(tx, runId))) throw new NotFoundError('Run', runId);
  await refuseRunOutside(tx, boundsFor(viewer, 'operate'), runId);
  const cancelled = await tx.query(cancelRunSql(runId, viewer.id, note, mayDo(viewer, 'operate')));
  for (const { task, isOfEngine } of cancelled)
    if (!isOfEngine) refuseReportOutside(boundsFor(viewer, 'operate'), task);
  if (cancelled.some(({ from }) => from === 'awaiting_approval'))
    await refuseGates(tx, viewer, { runId, admins });
  await recordForEach(tx, cancelled, {
    action: 'cancel',
    outcome: 'decided',
    via,
    note,
    ...recordedBy(viewer),
  });
  // What still runs keeps its lock until its command has ended; others may have stood in line behind what was about to.
  for (const { lock } of cancelled) if (lock !== null) engine.afterwards.locks.add(lock);
  const changed = cancelled.map(({ id }) => id);
  changed.push(...(await releaseReady(engine, runId)));
  return { cancelled: cancelled.length, changed };
}

const cancelRunSql = statement({
  name: 'cancel_run',
  text: `UPDATE agents_tasks SET status = 'skipped', approval_state = 'cancelled', approver = $2,
        approval_note = coalesce($3, approval_note), reason = 'the run was cancelled' || coalesce(': ' || $3::text, ''),
        log_excerpt = coalesce(log_excerpt, '[nightshift] skipped: the run was cancelled' || coalesce(': ' || $3::text, '')),
        started_at = coalesce(started_at, now()), finished_at = now(), duration_ms = least(greatest(
          coalesce(extract(epoch FROM now() - started_at) * 1000, 0), 0), ${maxInteger})::int
      FROM (SELECT id AS open_id, status AS "from" FROM agents_tasks
        WHERE run_id = $1 AND (status IN ('queued', 'running') OR status = 'awaiting_approval' AND gate = 'open')
          AND ($4 OR step IS NOT NULL) ORDER BY id FOR UPDATE) open
      WHERE id = open_id RETURNING id, task, "from", step IS NOT NULL AS "isOfEngine", lock_key AS lock`,
  row: {
    id: col.int,
    task: col.text,
    from: col.word<TaskStatus>(),
    isOfEngine: col.bool,
    lock: col.text.orNull,
  },
});
