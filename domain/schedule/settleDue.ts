import * as z from 'zod';
import type { Queryable } from '../../prisma/database/database.ts';
import { planDefinition } from '../engine/planDefinition.ts';
import { type KnownPlan, registerPlan } from '../engine/plans.ts';
import { announceRun, prepareRun, readRunTasks } from '../engine/startRun.ts';
import { time } from '../input/text.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import { recordTick, type Tick, type TickOutcome, ticksAt } from './ticks.ts';

/** What happens to due times that passed while nothing ran: none is made up for, the last one, or each. */
export const catchUpModes = ['skip', 'latest', 'all'] as const;

/** Due times of a plan's schedule that have come. */
export const settleDueInput = z.object({
  definition: planDefinition,
  dueTimes: z.array(time).min(1).max(1000),
  catchUp: z.enum(catchUpModes).default('latest'),
});
export type SettleDueInput = z.output<typeof settleDueInput>;

/** A start so late is no start in time: it is made up for, or missed. */
const inTimeMinutes = 5;
/** Due times that passed longer ago are not made up for. */
const windowHours = 12;

/**
 * Sees to due times of a plan: each gets one row, and of all callers that come with one, one starts its run. What
 * passed before the plan was known, and what lies ahead by the database's clock, is left out. Gives what became of
 * the others, the earliest first.
 * @throws InvalidInputError
 */
export async function settleDue(
  store: Store,
  viewer: Viewer,
  input: SettleDueInput,
  /** @default the database's clock */
  now: string | null = null,
): Promise<Tick[]> {
  const plan = await registerPlan(store.db, input.definition);
  const open = await openDueTimes(store.db, plan.definition.name, input.dueTimes, now);
  const late = open.filter(({ isLate }) => isLate);
  for (const due of open) {
    const missedBecause = due.isLate ? reasonToMiss(input.catchUp, due, late) : undefined;
    if (missedBecause !== undefined) {
      const missed = {
        plan: plan.definition.name,
        dueAt: due.dueAt,
        outcome: 'missed',
        reason: missedBecause,
      } as const;
      await recordTick(store.db, missed);
    } else await startDue(store, viewer, input, plan, due);
  }
  return ticksAt(store.db, plan.definition.name, input.dueTimes);
}

interface DueTime {
  dueAt: string;
  isLate: boolean;
  isPastWindow: boolean;
}

/** The due times that have come since the plan was first known, and that nobody has settled. */
function openDueTimes(
  db: Queryable,
  plan: string,
  dueTimes: readonly string[],
  now: string | null,
): Promise<DueTime[]> {
  return db.query<DueTime>({
    name: 'open_due_times',
    text: `SELECT due AS "dueAt", due < present - interval '${inTimeMinutes} minutes' AS "isLate",
        due < present - interval '${windowHours} hours' AS "isPastWindow"
      FROM (SELECT DISTINCT unnest($2::timestamptz[]) AS due) wanted
        CROSS JOIN (SELECT coalesce($3::timestamptz, now()) AS present) clock
      WHERE due <= present + interval '1 second' AND due >= (SELECT min(created_at) - interval '1 minute' FROM plans WHERE name = $1)
        AND NOT EXISTS (SELECT 1 FROM schedule_ticks WHERE plan = $1 AND due_at = due) ORDER BY due`,
    values: [plan, dueTimes, now],
  });
}

function reasonToMiss(
  catchUp: SettleDueInput['catchUp'],
  due: DueTime,
  late: readonly DueTime[],
): string | undefined {
  if (due.isPastWindow) return `nothing ran for more than ${windowHours} hours after it was due`;
  if (catchUp === 'skip') return 'nothing ran when it was due';
  if (catchUp === 'latest' && due !== late.at(-1))
    return 'nothing ran when it was due; a later one was made up for';
  return undefined;
}

async function startDue(
  store: Store,
  viewer: Viewer,
  { definition, catchUp }: SettleDueInput,
  plan: KnownPlan,
  { dueAt, isLate }: DueTime,
): Promise<void> {
  const { name } = plan.definition;
  const outcome: TickOutcome = isLate ? 'made_up' : 'started';
  const starting = await prepareRun(store, viewer, { definition }, plan);
  const tasks = await store.db.transaction(async (tx) => {
    if (!(await recordTick(tx, { plan: name, dueAt, outcome, reason: null }))) return [];
    const underWay = catchUp === 'all' ? undefined : await runUnderWay(tx, name);
    if (underWay !== undefined) {
      await tellTick(tx, name, dueAt, 'skipped', null, `${underWay} was still under way`);
      return [];
    }
    const { runId } = await starting(tx, dueAt);
    await tellTick(tx, name, dueAt, outcome, runId, null);
    return readRunTasks(tx, runId);
  });
  if (tasks.length > 0) announceRun(store, tasks);
}

/** The latest run of a plan of which a task runs or is due; what only waits for a human holds up no other run. */
async function runUnderWay(tx: Queryable, plan: string): Promise<string | undefined> {
  const [run] = await tx.query<{ runId: string }>({
    name: 'run_under_way',
    text: `SELECT run_id AS "runId" FROM agents_tasks JOIN runs USING (run_id) JOIN plans ON plans.hash = runs.plan_hash
      WHERE plans.name = $1 AND (status = 'running' OR (status = 'queued' AND job_id IS NOT NULL)) AND step IS NOT NULL
      ORDER BY runs.created_at DESC LIMIT 1`,
    values: [plan],
  });
  return run?.runId;
}

async function tellTick(
  tx: Queryable,
  plan: string,
  dueAt: string,
  outcome: TickOutcome,
  runId: string | null,
  reason: string | null,
): Promise<void> {
  await tx.query({
    name: 'tell_tick',
    text: 'UPDATE schedule_ticks SET outcome = $3, run_id = $4, reason = $5 WHERE plan = $1 AND due_at = $2',
    values: [plan, dueAt, outcome, runId, reason],
  });
}
