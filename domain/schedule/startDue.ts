import { planLabel } from '../../contract/projectName.ts';
import { type ScheduledOutcome, scheduledOutcomeFacts } from '../../contract/words/schedule.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { inEngine, publish } from '../engine/inEngine.ts';
import { announceRun, prepareRun, readRunTasks } from '../engine/startRun.ts';
import type { Viewer } from '../input/viewer.ts';
import { openOutbox } from '../notifications/outbox.ts';
import type { PlanKey } from '../plans/planKey.ts';
import type { KnownPlan } from '../plans/plans.ts';
import { newDeliveries } from '../queue/deliveryQueues.ts';
import type { Store } from '../store.ts';
import type { Task } from '../tasks/task.ts';
import { makeRoom, nameSuccessor, type Room } from './makeRoom.ts';
import { notifyDueTimes } from './notifyDueTimes.ts';
import { recordScheduledRun, updateScheduledRun } from './scheduledRuns.ts';

/** A due time whose run is wanted. */
export interface WantedStart {
  dueAt: string;
  isLate: boolean;
  /** Whether it is started while an earlier run is under way, too. */
  besideOthers: boolean;
  /** Whether nothing else is told with it, so that a start that is left out is told at once. */
  isAlone: boolean;
}

/**
 * Starts the run of a due time, unless somebody has seen to it: the row of the due time and the run are made in one
 * transaction. While an earlier run of the plan is under way, the start is left out, and that is recorded, and told where it is alone. What
 * no worker asks for of earlier runs is skipped for it, unless it is started beside others. Says whether nobody else had
 * seen to it.
 * @throws InvalidInputError
 */
export async function startDue(
  store: Store,
  viewer: Viewer,
  plan: KnownPlan,
  { dueAt, isLate, besideOthers, isAlone }: WantedStart,
): Promise<boolean> {
  const key = { project: plan.project, name: plan.definition.name };
  const outcome: ScheduledOutcome = isLate
    ? scheduledOutcomeFacts.caughtUp.row
    : scheduledOutcomeFacts.started.row;
  const starting = await prepareRun(store, viewer, { definition: plan.definition }, plan);
  const outbox = await openOutbox(store);
  const { isOurs, tasks, changed } = await inEngine(store, async (engine): Promise<Settled> => {
    const { tx } = engine;
    await lockSchedule(tx, key);
    if (!(await recordScheduledRun(tx, key, { dueAt, outcome, reason: null }))) return nothing;
    const room: Room = besideOthers ? noRoom : await makeRoom(engine, key, store.leaseMs);
    const { underWay, skipped, changed } = room;
    if (underWay !== undefined) {
      const reason = `${underWay} was still in progress`;
      await updateScheduledRun(tx, key, { dueAt, outcome: 'skipped', runId: null, reason });
      if (isAlone) await notifyDueTimes(tx, outbox, key, plan.definition.notify, { dueTimes: [dueAt] });
      return { isOurs: true, tasks: [], changed };
    }
    const { runId } = await starting(engine, dueAt);
    await nameSuccessor(tx, skipped, runId);
    await updateScheduledRun(tx, key, { dueAt, outcome, runId, reason: null });
    return { isOurs: true, tasks: await readRunTasks(tx, runId), changed };
  });
  if (tasks.length > 0) announceRun(store, tasks);
  else store.work.wake(newDeliveries);
  await publish(store, changed);
  return isOurs;
}

interface Settled {
  /** Whether it was this that saw to the due time. */
  isOurs: boolean;
  /** Those of the run that was started. */
  tasks: readonly Task[];
  /** Those of earlier runs that changed with it. */
  changed: readonly number[];
}

const nothing: Settled = { isOurs: false, tasks: [], changed: [] };
const noRoom: Room = { underWay: undefined, skipped: [], changed: [] };

/** Two due times that are seen to at once would not see each other's run under way. */
async function lockSchedule(tx: Queryable, key: PlanKey): Promise<void> {
  await tx.query(lineForSchedule(planLabel(key)));
}

const lineForSchedule = statement({
  name: 'line_for_schedule',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift schedule ' || $1, 0))`,
});
