import { randomUUID } from 'node:crypto';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { finishAttempt } from '../../../domain/engine/finishAttempt.ts';
import { leaseTask } from '../../../domain/engine/lease.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import type { Store } from '../../../domain/store.ts';
import { everything } from '../../support/domain.ts';

/** What there is for a key to change: a run of the plan `acme/site:nightly`, and tasks that were reported from outside. */
export interface World {
  content: object;
  home: { project: string };
  hash: string;
  runId: string;
  /** An exclusive run of the same content, whose tasks have not begun. */
  ownRunId: string;
  /** Tasks of the run: one that failed, and one that awaits approval before it runs. */
  failed: number;
  gated: number;
  /** The lease of a third one, which runs. */
  leaseId: string;
  /** Tasks from outside, each in a run of its own. */
  reported: { awaiting: number; running: number; runId: string };
  /** A notification that the gated task needs approval. */
  deliveryId: string;
}

/** Makes a world of its own, by a key that may do everything. */
export async function makeWorld(store: Store): Promise<World> {
  const labels = ['linux'];
  const content = {
    name: 'nightly',
    concurrency: 5,
    // Each world has a content, and so queues, of its own.
    steps: [
      { task: 'fail', labels, retries: 0, inputs: { world: randomUUID() } },
      { task: 'build', labels },
      { task: 'more', labels },
      { task: 'gated', labels, gate: {} },
    ],
  };
  await store.db.query({ text: 'DELETE FROM plan_states' });
  const home = { project: 'acme/site', isGuessed: false };
  const start = (more: object) =>
    startRun(store, everything, startRunInput.parse({ definition: content, home, ...more }));
  const { runId, planHash: hash, tasks } = await start({ runId: randomUUID() });
  const { runId: ownRunId } = await start({ runId: randomUUID(), exclusive: true });
  const idOf = (name: string) => tasks.find(({ task }) => task === name)?.id ?? 0;
  const lease = async () => {
    const asked = { worker: 'w1', requestId: randomUUID(), planHashes: [hash], runIds: [], labels };
    const given = await leaseTask(store, asked);
    if (given === null) throw new Error('Nothing was there to lease.');
    return given;
  };
  const report = { ending: 'exit', exitCode: 1, durationMs: 1 };
  await finishAttempt(store, (await lease()).leaseId, attemptReport.parse(report));
  const { leaseId } = await lease();
  const reported = async (status: 'running' | 'awaiting_approval') =>
    (
      await createTask(store, everything, {
        task: 'seo.check',
        runId: `${status}-${runId}`.slice(0, 64),
        status,
      })
    ).task;
  const awaiting = await reported('awaiting_approval');
  const running = await reported('running');
  const [delivery] = await store.db.query<{ id: string }>({
    text: 'SELECT id FROM deliveries WHERE task_id = $1',
    values: [idOf('gated')],
  });
  return {
    content,
    home,
    hash,
    runId,
    ownRunId,
    failed: idOf('fail'),
    gated: idOf('gated'),
    leaseId,
    reported: { awaiting: awaiting.id, running: running.id, runId: running.runId },
    deliveryId: delivery?.id ?? '',
  };
}

/** The tables whose rows a refused request must leave as they are. */
const tables = [
  'agents_tasks',
  'runs',
  'run_counts',
  'run_labels',
  'plans',
  'projects',
  'plan_states',
  'plan_origins',
  'schedules',
  'schedule_ticks',
  'approvals',
  'task_attempts',
  'task_locks',
  'task_queues',
  'worker_looks',
  'worker_drains',
  'deliveries',
  'idempotency_keys',
];

/** A text of all that a key could change; refusals of the record aside. */
export async function readRows(store: Store): Promise<string> {
  const selects = [...tables, "decisions WHERE outcome <> 'refused'"].map(
    (from) =>
      `SELECT coalesce(string_agg(row::text, E'\\n' ORDER BY row::text), '') AS rows FROM (SELECT * FROM ${from}) row`,
  );
  const found = await store.db.query<{ rows: string }>({ text: selects.join(' UNION ALL ') });
  return found.map(({ rows }) => rows).join('\n\n');
}
