import { describeFreeze, type Freeze } from '../../contract/freeze.ts';
import type { WaitKind } from '../../contract/words/runs.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readFreeze } from '../freeze/freeze.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf } from '../plans/stepGraph.ts';
import type { Store } from '../store.ts';
import { whoFits, whyNobodyFits } from './whoFits.ts';

/** What one task waits for. Times are ISO 8601 strings in UTC. */
export interface WaitingFor {
  kind: WaitKind;
  /** The same in a sentence. */
  reason: string;
  /** The names of the steps that it needs and that have not succeeded. */
  needs: string[];
  /** The key of the lock, and the task that holds it, if one does. */
  lock: string | null;
  holderId: number | null;
  /** The labels that a worker must have. */
  labels: string[];
  /** When the pause ends. */
  until: string | null;
}

interface Row {
  id: number;
  status: TaskStatus;
  runId: string;
  step: number | null;
  planHash: string | null;
  scope: string;
  places: number;
  gate: string | null;
  hasJob: boolean;
  isReady: boolean;
  aside: string | null;
  until: string | null;
  tries: number;
  lock: string | null;
  holderId: number | null;
  holder: string | null;
  running: number;
}

/**
 * Says what tasks wait for, in the order of their ids; null for one that runs or has ended, that waits for its reporter
 * alone, or that is not there.
 */
export async function readWaitingFor(
  { db, leaseMs }: Pick<Store, 'db' | 'leaseMs'>,
  ids: readonly number[],
): Promise<(WaitingFor | null)[]> {
  const rows = await readRows(db, ids);
  const isQueued = rows.some(({ status, hasJob, isReady }) => status === 'queued' && (hasJob || isReady));
  const [needs, workers, frozen] = await Promise.all([
    openNeeds(db, rows),
    fittingWorkers(db, rows, leaseMs),
    isQueued ? readFreeze(db) : undefined,
  ]);
  const found = new Map<number, WaitingFor | null>();
  for (const row of rows) {
    const told = await tellOf(db, row, { needs, workers, frozen });
    found.set(row.id, told && { ...nothing, ...told });
  }
  return ids.map((id) => found.get(id) ?? null);
}

const nothing = { needs: [], lock: null, holderId: null, labels: [], until: null };

type Told = (Partial<WaitingFor> & Pick<WaitingFor, 'kind' | 'reason'>) | null;

/** What is known of several tasks at once. */
interface Known {
  needs: ReadonlyMap<number, OpenNeed[]>;
  workers: ReadonlyMap<number, string | undefined>;
  frozen: Freeze | undefined;
}

async function tellOf(db: Queryable, row: Row, { needs, workers, frozen }: Known): Promise<Told> {
  if (row.status === 'awaiting_approval') {
    const what = row.gate === 'open' ? 'approval before it runs' : 'approval of its output';
    return { kind: 'approval', reason: `It waits for ${what}.` };
  }
  if (row.status !== 'queued' || row.step === null || row.planHash === null) return null;
  const could = row.hasJob || row.isReady;
  if (could && frozen)
    return { kind: 'freeze', reason: `It waits: the server is ${describeFreeze(frozen)}.` };
  return tellOfLine(row) ?? (could ? tellOfWorkers(db, row, workers) : tellOfNeeds(needs.get(row.id) ?? []));
}

/** What keeps a task from being leased that needs nothing any more. */
function tellOfLine({ aside, lock, holderId, holder, places, ...row }: Row): Told {
  const { hasJob, isReady, until } = row;
  if (aside === 'open_work')
    return {
      kind: 'open_work',
      reason: 'It replaces open work of an earlier run, which is being cancelled.',
    };
  const could = hasJob || isReady;
  const isFull = row.running >= places;
  if (aside === 'lock' || (holderId !== null && could && until === null && !isFull)) {
    const which =
      holderId === null ? 'which other tasks requested first' : `held by task ${holderId} (${holder})`;
    return { kind: 'lock', reason: `It waits for the lock ${lock}, ${which}.`, lock, holderId };
  }
  if (hasJob && until !== null) {
    const tries = row.tries === 1 ? 'one attempt' : `${row.tries} attempts`;
    return {
      kind: 'pause',
      reason: `It will be retried at ${until.slice(0, 19).replace('T', ' ')} UTC, after ${tries}.`,
      until,
    };
  }
  if (!could || !isFull) return null;
  const many = places === 1 ? 'one task' : `${places} tasks`;
  return { kind: 'place', reason: `It waits for a slot: its run may run ${many} at once.` };
}

async function tellOfWorkers(
  db: Queryable,
  { id, step, planHash }: Row,
  workers: ReadonlyMap<number, string | undefined>,
): Promise<Told> {
  const { steps } = await readDefinition(db, planHash ?? '');
  const labels = [...(steps[step ?? 0]?.labels ?? [])];
  const why = workers.get(id);
  if (why === undefined)
    return { kind: 'worker', reason: 'It waits for a matching worker to become free.', labels };
  return { kind: 'no_worker', reason: `It waits for a worker: ${why}.`, labels };
}

function tellOfNeeds(open: readonly OpenNeed[]): Told {
  const named = open.slice(0, maxNamed).map(({ task, status }) => `${task} (${status.replace('_', ' ')})`);
  const more = open.length > maxNamed ? ` and ${open.length - maxNamed} more` : '';
  return {
    kind: 'need',
    reason: `It waits for ${named.join(', ')}${more}.`,
    needs: open.map(({ task }) => task),
  };
}

interface OpenNeed {
  task: string;
  status: TaskStatus;
}

/** How many needed steps the sentence names. */
const maxNamed = 5;

function readRows(db: Queryable, ids: readonly number[]): Promise<Row[]> {
  return db.query(whatTasksWaitFor(ids));
}

const whatTasksWaitFor = statement({
  name: 'what_tasks_wait_for',
  text: `SELECT task.id, task.status, task.run_id AS "runId", task.step, runs.plan_hash AS "planHash", runs.scope, runs.places, task.gate,
        task.job_id IS NOT NULL AS "hasJob", task.ready_at IS NOT NULL AS "isReady", task.aside,
        CASE WHEN task.job_id IS NOT NULL AND task.due_at > now() THEN task.due_at END AS until,
        task.attempts - task.attempt_base AS tries, task.lock_key AS lock, holder.id AS "holderId",
        holder.task || ' of ' || holder.run_id AS holder,
        CASE WHEN task.status = 'queued' AND task.ready_at IS NOT NULL THEN (SELECT count(*)::int FROM agents_tasks other
          WHERE other.run_id = task.run_id AND other.status = 'running' AND other.step IS NOT NULL) ELSE 0 END AS running
      FROM agents_tasks task JOIN runs USING (run_id) LEFT JOIN task_locks ON task_locks.key = task.lock_key
        LEFT JOIN agents_tasks holder ON holder.id = task_locks.task_id AND holder.id <> task.id
      WHERE task.id = ANY($1::int[])`,
  row: {
    id: col.int,
    status: col.word<TaskStatus>(),
    runId: col.text,
    step: col.int.orNull,
    planHash: col.text.orNull,
    scope: col.text.sure,
    places: col.int,
    gate: col.text.orNull,
    hasJob: col.bool,
    isReady: col.bool,
    aside: col.text.orNull,
    until: col.time.orNull,
    tries: col.int,
    lock: col.text.orNull,
    holderId: col.int.orNull,
    holder: col.text.orNull,
    running: col.int,
  },
});

/** Finds what tasks need and that has not succeeded, by the ids of the tasks. */
async function openNeeds(db: Queryable, rows: readonly Row[]): Promise<Map<number, OpenNeed[]>> {
  const wanted: { id: number; runId: string; need: number }[] = [];
  for (const { id, status, runId, step, planHash, isReady } of rows) {
    if (status !== 'queued' || isReady || step === null || planHash === null) continue;
    const { needs } = graphOf((await readDefinition(db, planHash)).steps);
    wanted.push(...(needs[step] ?? []).map((need) => ({ id, runId, need })));
  }
  if (wanted.length === 0) return new Map();
  const open = await db.query(
    openNeedsSql(
      wanted.map(({ id }) => id),
      wanted.map(({ runId }) => runId),
      wanted.map(({ need }) => need),
    ),
  );
  return Map.groupBy(open, ({ id }) => id);
}

const openNeedsSql = statement({
  name: 'open_needs',
  text: `SELECT wanted.id, task.task, task.status FROM unnest($1::int[], $2::text[], $3::int[]) AS wanted(id, run_id, need)
        JOIN agents_tasks task ON task.run_id = wanted.run_id AND task.step IS NOT NULL AND task.step = wanted.need
      WHERE task.status <> 'succeeded' ORDER BY wanted.id, task.step`,
  row: { id: col.int, task: col.text, status: col.word<TaskStatus>() },
});

/** Says of the tasks that could be leased why no worker fits, by their ids; undefined where one does. */
async function fittingWorkers(
  db: Queryable,
  rows: readonly Row[],
  leaseMs: number,
): Promise<Map<number, string | undefined>> {
  const wanted: { id: number; scope: string; labels: readonly string[] }[] = [];
  for (const { id, status, step, planHash, scope, isReady } of rows) {
    if (status !== 'queued' || !isReady || step === null || planHash === null) continue;
    wanted.push({ id, scope, labels: (await readDefinition(db, planHash)).steps[step]?.labels ?? [] });
  }
  const found = await whoFits(db, wanted, leaseMs);
  return new Map(
    wanted.map(({ id, labels }, index) => {
      const who = found[index];
      return [id, who && whyNobodyFits(who, labels)];
    }),
  );
}
