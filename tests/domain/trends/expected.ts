import type { Database } from '../../../database/database.ts';

/** One thing that happened, told from the rows themselves and without any of the code under test. */
export interface Fact {
  subject: 'step' | 'run' | 'approval';
  /** Milliseconds since 1970. */
  at: number;
  project: string;
  plan: string;
  task: string;
  outcome: string;
  ms: number | null;
  /** The task, or for a run its id. */
  of: string;
}

interface TaskRow {
  id: number;
  task: string;
  runId: string;
  status: string;
  startedAt: string | null;
  durationMs: number | null;
  approvalState: string | null;
  attempts: number;
  project: string;
  plan: string;
  createdAt: string;
  failedBefore: boolean;
}

/** Reads all rows, and says what happened. */
export async function readFacts(db: Pick<Database, 'query'>): Promise<Fact[]> {
  const tasks = await db.query<TaskRow>({
    text: `SELECT id, task, agents_tasks.run_id AS "runId", status, started_at AS "startedAt", duration_ms AS "durationMs",
        approval_state AS "approvalState", attempts, coalesce(project, '') AS project, coalesce(name, '') AS plan,
        runs.created_at AS "createdAt",
        EXISTS (SELECT 1 FROM task_attempts WHERE task_id = id AND number < attempts AND ended_by = 'exit') AS "failedBefore"
      FROM agents_tasks JOIN runs USING (run_id) LEFT JOIN plans ON hash = plan_hash`,
  });
  const approvals = await db.query<{ taskId: number; state: string; requestedAt: string; endedAt: string }>({
    text: `SELECT task_id AS "taskId", state, requested_at AS "requestedAt", ended_at AS "endedAt" FROM approvals WHERE ended_at IS NOT NULL`,
  });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const byRun = Map.groupBy(tasks, ({ runId }) => runId);
  return [
    ...tasks.flatMap((task) => (task.startedAt === null ? [] : [stepFact(task, Date.parse(task.startedAt))])),
    ...[...byRun].map(([runId, [first, ...rest]]) => runFact(runId, first as TaskRow, rest)),
    ...approvals.map(({ taskId, state, requestedAt, endedAt }): Fact => {
      const { project, plan, task } = byId.get(taskId) as TaskRow;
      const at = Date.parse(endedAt);
      const isDecided = state === 'approved' || state === 'rejected';
      const ms = isDecided ? Math.max(0, at - Date.parse(requestedAt)) : null;
      return { subject: 'approval', at, project, plan, task, outcome: state, ms, of: String(taskId) };
    }),
  ];
}

function stepFact(row: TaskRow, at: number): Fact {
  const { id, project, plan, task, status, approvalState } = row;
  const isOver = !['queued', 'running'].includes(status);
  const declined = isOver && ['rejected', 'expired', 'cancelled'].includes(approvalState ?? '');
  const isGood = ['succeeded', 'awaiting_approval'].includes(status) || declined;
  const good = row.attempts > 1 && row.failedBefore ? 'recovered' : 'succeeded';
  const outcome = isGood ? good : isOver ? status : 'open';
  return {
    subject: 'step',
    at,
    project,
    plan,
    task,
    outcome,
    ms: isOver ? row.durationMs : null,
    of: String(id),
  };
}

function runFact(of: string, first: TaskRow, rest: TaskRow[]): Fact {
  const statuses = [first, ...rest].map(({ status }) => status);
  const has = (...some: string[]) => statuses.some((status) => some.includes(status));
  const order = [
    [has('failed'), 'failed'],
    [has('queued', 'running'), 'open'],
    [has('awaiting_approval'), 'awaiting_approval'],
    [has('succeeded'), 'succeeded'],
    [true, 'skipped'],
  ] as const;
  const outcome = order.find(([holds]) => holds)?.[1] ?? '';
  const { project, plan, createdAt } = first;
  return { subject: 'run', at: Date.parse(createdAt), project, plan, task: '', outcome, ms: null, of };
}

/** The date that the calendar of a zone shows. */
export function dateIn(timezone: string, time: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(time);
}

/** The duration that at least so many percent do not exceed; null of none. */
export function percentile(durations: readonly number[], percent: number): number | null {
  const sorted = durations.toSorted((one, other) => one - other);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? null;
}

/** How often the days in UTC went from one with failures to one without, or back. */
export function turnsOf(facts: readonly Fact[]): number {
  const counted = facts.filter(({ outcome }) => ['succeeded', 'recovered', 'failed'].includes(outcome));
  const days = Map.groupBy(counted, ({ at }) => Math.floor(at / 86_400_000));
  const failures = [...days.keys()]
    .toSorted((one, other) => one - other)
    .map((day) => days.get(day)?.some(({ outcome }) => outcome === 'failed'));
  return failures.filter((failed, place) => place > 0 && failed !== failures[place - 1]).length;
}
