import type { Queryable } from '../../../database/database.ts';
import type { PlanDefinition } from '../../../domain/plans/planDefinition.ts';

/** A task as it was seen last. Times are those of the simulation, in milliseconds. */
export interface SeenTask {
  id: number;
  runId: string;
  plan: string;
  planHash: string;
  task: string;
  status: string;
  reason: string | null;
  labels: string[];
  runCreatedAt: number;
  /** The approval that it awaits. */
  approvalId: number | null;
  /** When it ended, in the simulation; null while it has not. */
  endedAt: number | null;
  changedAt: number;
}

/** A due time as it was seen last. */
export interface SeenScheduledRun {
  plan: string;
  dueAt: number;
  outcome: string;
  runId: string | null;
  reason: string | null;
}

type Row = Omit<SeenTask, 'changedAt' | 'runCreatedAt' | 'endedAt'> & {
  createdAt: string;
  finishedAt: string | null;
};

const tasksSql = `SELECT task.id, task.run_id AS "runId", plans.name AS plan, runs.plan_hash AS "planHash", task.task, task.status, task.reason, task.finished_at AS "finishedAt",
    runs.created_at AS "createdAt", coalesce(plans.definition -> 'steps' -> task.step ->> 'labels', '[]')::jsonb AS labels,
    (SELECT approvals.id FROM approvals WHERE task_id = task.id AND ended_at IS NULL) AS "approvalId"
  FROM agents_tasks task JOIN runs ON runs.run_id = task.run_id JOIN plans ON plans.hash = runs.plan_hash ORDER BY task.id`;

/** Sees what stands in the database, again and again, and keeps what was there before. */
export class Ledger {
  readonly tasks = new Map<number, SeenTask>();
  readonly scheduledRuns = new Map<string, SeenScheduledRun>();
  readonly faults: string[] = [];
  /** How often it was told of a due time. */
  readonly told = new Map<string, number>();

  fault(text: string): void {
    if (this.faults.length < 20) this.faults.push(text);
  }

  /** Looks at all tasks; gives those whose status or approval has changed, or that have ended anew, and the ids of those that are gone. */
  async look(db: Queryable, now: number, toSimulated: (time: string) => number) {
    const rows = await db.query<Row>({ name: 'ledger_tasks', text: tasksSql });
    const changed: SeenTask[] = [];
    for (const { createdAt, finishedAt, ...row } of rows) {
      const before = this.tasks.get(row.id);
      const endedAt = finishedAt === null ? null : toSimulated(finishedAt);
      if (
        before?.status === row.status &&
        before.approvalId === row.approvalId &&
        isSame(before.endedAt, endedAt)
      )
        continue;
      const runCreatedAt = before?.runCreatedAt ?? toSimulated(createdAt);
      const seen = { ...row, runCreatedAt, endedAt, changedAt: now };
      this.tasks.set(row.id, seen);
      changed.push(seen);
    }
    const there = new Set(rows.map(({ id }) => id));
    const gone = [...this.tasks.values()].filter(({ id }) => !there.has(id));
    for (const { id } of gone) this.tasks.delete(id);
    return { changed, gone };
  }

  /** Looks at all due times; each stays as it is, but for one that failed. */
  async lookAtTicks(db: Queryable, toSimulated: (time: string) => number): Promise<void> {
    const rows = await db.query<Omit<SeenScheduledRun, 'dueAt'> & { dueAt: string }>({
      name: 'ledger_ticks',
      text: 'SELECT plan, due_at AS "dueAt", outcome, run_id AS "runId", reason FROM schedule_ticks',
    });
    for (const row of rows) {
      const scheduledRun = { ...row, dueAt: toSimulated(row.dueAt) };
      const key = keyOf(scheduledRun.plan, scheduledRun.dueAt);
      const before = this.scheduledRuns.get(key);
      if (before !== undefined && before.outcome !== 'failed' && before.outcome !== scheduledRun.outcome)
        this.fault(`${key} was ${before.outcome} and is ${scheduledRun.outcome}`);
      this.scheduledRuns.set(key, scheduledRun);
    }
  }

  /** Tasks of one run, by its id as long as it is on record. */
  runs(): Map<string, SeenTask[]> {
    return Map.groupBy(this.tasks.values(), ({ runId }) => runId);
  }
}

/** Names a due time of a plan. */
export function keyOf(plan: string, dueAt: number): string {
  return `${plan} ${new Date(dueAt).toISOString()}`;
}

/** What a lease finds of its task's run. */
interface LeasedFacts {
  step: number;
  leftOut: number[];
  definition: PlanDefinition;
  others: { step: number; status: string; approval: string | null; gate: string | null }[];
  approvedAs: number | null;
  reset: number | null;
  /** The latest approval of its gate. */
  gateApproval: number | null;
  lockedBy: number | null;
}

/** Says what is wrong with a task that has just been leased: not approved, something that it needs, or its lock. */
export async function faultsOfLease(
  db: Queryable,
  taskId: number,
  /** The approvals that people have given. */
  given: ReadonlySet<number>,
): Promise<string[]> {
  const [facts] = await db.query<LeasedFacts>({
    name: 'ledger_lease',
    text: `SELECT task.step, left_out AS "leftOut", definition,
        (SELECT jsonb_agg(jsonb_build_object('step', step, 'status', status, 'approval', approval_state, 'gate', gate))
          FROM agents_tasks other WHERE other.run_id = task.run_id) AS others,
        (SELECT max(id)::int FROM decisions WHERE task_id = task.id AND action = 'approve' AND outcome = 'decided' AND to_status = 'queued') AS "approvedAs",
        (SELECT max(decisions.id)::int FROM decisions JOIN agents_tasks made ON made.id = task_id WHERE action = 'retry' AND made.run_id = task.run_id
          AND (made.id = task.id OR definition -> 'steps' -> task.step -> 'needs' ? made.task)) AS reset,
        (SELECT max(id) FROM approvals WHERE task_id = task.id AND kind = 'gate' AND state = 'approved') AS "gateApproval",
        (SELECT other.id FROM agents_tasks other JOIN task_attempts ON task_id = other.id
          WHERE other.lock_key = task.lock_key AND other.id <> task.id AND task_attempts.finished_at IS NULL LIMIT 1) AS "lockedBy"
      FROM agents_tasks task JOIN runs ON runs.run_id = task.run_id JOIN plans ON hash = plan_hash WHERE task.id = $1`,
    values: [taskId],
  });
  if (facts === undefined) return ['its task is not there'];
  const { step, definition, others, approvedAs, reset, gateApproval, lockedBy, leftOut } = facts;
  const own = definition.steps[step];
  const faults: string[] = [];
  if (own?.gate != null && (approvedAs === null || approvedAs < (reset ?? 0)))
    faults.push(`it has a gate that nobody has approved since its last reset (${approvedAs}, ${reset})`);
  if (own?.gate != null && !given.has(gateApproval ?? 0))
    faults.push(`it has a gate, and nobody gave approval ${gateApproval}`);
  for (const name of own?.needs ?? []) {
    const place = definition.steps.findIndex(({ task }) => task === name);
    if (leftOut.includes(place)) continue;
    const need = others.find((other) => other.step === place);
    if (need?.status !== 'succeeded') faults.push(`it needs ${name}, which is ${need?.status ?? 'gone'}`);
    else if (definition.steps[place]?.approval === 'always' && need.approval !== 'approved')
      faults.push(`it needs ${name}, whose approval is ${need.approval}`);
  }
  if (lockedBy !== null) faults.push(`task ${lockedBy} has its lock`);
  return faults;
}

/** Whether two ends are one: times are kept to the millisecond, and moved as the simulation goes on. */
function isSame(one: number | null, other: number | null): boolean {
  return one === null || other === null ? one === other : Math.abs(one - other) < 1000;
}
