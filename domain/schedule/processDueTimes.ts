import * as z from 'zod';
import { describeFreeze } from '../../contract/freeze.ts';
import { name, time } from '../../contract/input/text.ts';
import { planLabel } from '../../contract/projectName.ts';
import { catchUpModes } from '../../contract/words/schedule.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readFreeze } from '../freeze/freeze.ts';
import { DomainError, InvalidInputError } from '../input/errors.ts';
import { boundsFor, system, type Viewer } from '../input/viewer.ts';
import { openOutbox } from '../notifications/outbox.ts';
import { planDefinition } from '../plans/planDefinition.ts';
import { planHome } from '../plans/planHome.ts';
import type { PlanKey } from '../plans/planKey.ts';
import { type KnownPlan, registerPlan } from '../plans/plans.ts';
import { newDeliveries } from '../queue/deliveryQueues.ts';
import type { Store } from '../store.ts';
import { notifyDueTimes } from './notifyDueTimes.ts';
import { readPlanState, reasonToRest } from './planState.ts';
import {
  recordScheduledRuns,
  type ScheduledRun,
  scheduledRunsAt,
  type UnstartedRun,
} from './scheduledRuns.ts';
import { startDue } from './startDue.ts';
import { schedulesElsewhere, upsertSchedule } from './upsertSchedule.ts';

/** A plan's schedule, and its due times up to now. */
export const dueTimesInput = z.object({
  definition: planDefinition,
  /** Whose plan it is, and where its file stands. @default the project that has a plan of this name, or none */
  home: planHome.nullish(),
  /** Cron fields. */
  schedule: name(200),
  timezone: name(64).default('UTC'),
  dueTimes: z.array(time).max(1000).default([]),
  catchUp: z.enum(catchUpModes).default('latest'),
});
export type DueTimesInput = z.output<typeof dueTimesInput>;

/** The outcomes of due times, by the database's clock. */
export interface SettledDue {
  scheduledRuns: ScheduledRun[];
  now: string;
  /** Where this has begun the schedule: the other projects that have one of a plan of this name. */
  beganBeside: string[];
}

/** A start so late is no start in time: it is made up for, or missed. */
const inTimeMinutes = 5;
/** Due times that passed longer ago are not made up for. */
const windowHours = 12;

/**
 * Sees to due times of a plan: each gets one row, and of all callers that come with one, one starts its run, unless the
 * plan is paused or retired, or the server frozen; one that could not be started is tried again by whoever comes with it again. What was
 * missed, skipped or failed is told once. What passed before the schedule was known, and what lies ahead by the
 * database's clock, is left out. Gives what became of the others, the earliest first. A project that was only guessed
 * begins no second schedule of a plan that has one.
 * @throws InvalidInputError, PlanElsewhereError, OutOfBoundsError
 */
export async function settleDue(
  store: Store,
  viewer: Viewer,
  input: DueTimesInput,
  /** @default the database's clock */
  at: string | null = null,
): Promise<SettledDue> {
  const { db } = store;
  const plan = await registerPlan(db, viewer, input.definition, 'graphql', input.home);
  const key: PlanKey = { project: plan.project, name: plan.definition.name };
  // The schedule is nobody; a person who calls in its place has started what comes of that.
  const starter =
    viewer.kind === 'person' || viewer.kind === 'login'
      ? viewer
      : { ...system, bounds: boundsFor(viewer, 'work') };
  const beganBeside = await schedulesElsewhere(db, key);
  if (input.home?.isGuessed) refuseSecond(key, beganBeside);
  const schedule = { ...key, expression: input.schedule, timezone: input.timezone };
  const { effectiveFrom, now } = await upsertSchedule(db, schedule, at);
  const frozen = await readFreeze(db);
  const resting = frozen ? describeFreeze(frozen) : reasonToRest(await readPlanState(db, key));
  const open = await openDueTimes(db, key, input, { effectiveFrom, now });
  const { wanted, unstarted } = sortDue(open, input.catchUp, resting);
  // Before others are started: whoever looks later begins behind the latest on record.
  if (wanted.length > 0) await recordUnstarted(store, key, unstarted);
  const faults: unknown[] = [];
  const failed: UnstartedRun[] = [];
  const seenTo = unstarted.map(({ dueAt }) => dueAt);
  for (const { dueAt, isLate } of wanted) {
    // One alone is told with what it is told of; several wait for each other.
    const isAlone = open.length === 1;
    const due = { dueAt, isLate, besideOthers: input.catchUp === 'all', isAlone };
    try {
      if (await startDue(store, starter, plan, due)) seenTo.push(dueAt);
    } catch (error) {
      const isRefusal = error instanceof DomainError;
      if (!isRefusal) faults.push(error);
      const reason = isRefusal ? error.message : 'the server could not start it; see the log of the server';
      failed.push({ dueAt, outcome: 'failed', reason });
      seenTo.push(dueAt);
    }
  }
  // With the database away nothing is recorded, and who asked asks again.
  const unrecorded = wanted.length > 0 ? failed : unstarted;
  await tellTogether(store, plan, { unrecorded, seenTo, now });
  // Recorded as failed, but it is for the log of the server to say why.
  if (faults.length > 0) throw faults[0];
  return { scheduledRuns: await scheduledRunsAt(db, key, input.dueTimes), now, beganBeside };
}

/** @throws InvalidInputError when another project has a schedule of the plan */
function refuseSecond(key: PlanKey, others: readonly string[]): void {
  const [first] = others;
  if (first === undefined) return;
  const other = first === '' ? 'one without a project' : `that of ${others.join(' and ')}`;
  const wayOut =
    first === ''
      ? 'set NIGHTSHIFT_PROJECT, or project in the plan'
      : `set NIGHTSHIFT_PROJECT=${first} if it is the same one, else another name, or project in the plan`;
  const message = `expected an explicit project, because the plan ${key.name} already has a schedule, ${other}, and ${key.project} was only guessed: ${wayOut}. To end the other schedule, run "nightshift plan retire ${planLabel({ project: first, name: key.name })}"`;
  throw new InvalidInputError([{ path: ['home', 'project'], message, type: 'second_schedule' }]);
}

interface DueTime {
  dueAt: string;
  isLate: boolean;
  isPastWindow: boolean;
  /** Whether a later due time was seen to already. */
  hasSuccessor: boolean;
}

/** The due times that have come since the schedule was known, and that nobody has settled. */
function openDueTimes(
  db: Queryable,
  { project, name }: PlanKey,
  { schedule, dueTimes }: DueTimesInput,
  { effectiveFrom, now }: { effectiveFrom: string; now: string },
): Promise<DueTime[]> {
  // Whoever looks once a minute, or once a second, learns of a schedule so late.
  const graceSeconds = schedule.trim().split(/\s+/).length > 5 ? 2 : 60;
  return db.query(openDueTimesSql(name, dueTimes, effectiveFrom, now, graceSeconds, project));
}

const openDueTimesSql = statement({
  name: 'open_due_times',
  text: `SELECT due AS "dueAt", due < $4::timestamptz - interval '${inTimeMinutes} minutes' AS "isLate",
        due < $4::timestamptz - interval '${windowHours} hours' AS "isPastWindow",
        EXISTS (SELECT 1 FROM schedule_ticks WHERE plan = $1 AND project = $6 AND due_at > due AND outcome NOT IN ('missed', 'failed')) AS "hasSuccessor"
      FROM (SELECT DISTINCT unnest($2::timestamptz[]) AS due) wanted
      WHERE due <= $4::timestamptz + interval '1 second' AND due >= $3::timestamptz - $5 * interval '1 second'
        AND NOT EXISTS (SELECT 1 FROM schedule_ticks WHERE plan = $1 AND project = $6 AND due_at = due AND outcome <> 'failed')
      ORDER BY due`,
  row: { dueAt: col.time, isLate: col.bool, isPastWindow: col.bool, hasSuccessor: col.bool },
});

function reasonToMiss(
  catchUp: DueTimesInput['catchUp'],
  due: DueTime,
  last: DueTime | undefined,
): string | undefined {
  if (!due.isLate) return undefined;
  if (due.isPastWindow) return `no server was up for more than ${windowHours} hours after it was due`;
  if (catchUp === 'skip') return 'no server was up when it was due';
  if (catchUp === 'latest' && (due !== last || due.hasSuccessor))
    return 'no server was up when it was due, and a later one replaced it';
  return undefined;
}

/** Separates the due times whose runs start from the others, with their outcomes. */
function sortDue(open: readonly DueTime[], catchUp: DueTimesInput['catchUp'], resting: string | undefined) {
  const wanted: DueTime[] = [];
  const unstarted: UnstartedRun[] = [];
  for (const due of open) {
    const { dueAt } = due;
    const reason = resting ?? reasonToMiss(catchUp, due, open.at(-1));
    if (reason === undefined) wanted.push(due);
    else unstarted.push({ dueAt, outcome: resting === undefined ? 'missed' : 'paused', reason });
  }
  return { wanted, unstarted };
}

/** Records due times that are not to be started. */
async function recordUnstarted(
  store: Store,
  key: PlanKey,
  scheduledRuns: readonly UnstartedRun[],
): Promise<void> {
  if (scheduledRuns.length > 0)
    await store.db.transaction((tx) => recordScheduledRuns(tx, key, scheduledRuns));
}

/** Records what is not on record yet, and tells of all that came to nothing with one notification. */
async function tellTogether(
  store: Store,
  { project, definition }: KnownPlan,
  {
    unrecorded,
    seenTo,
    now,
  }: { unrecorded: readonly UnstartedRun[]; seenTo: readonly string[]; now: string },
): Promise<void> {
  const outbox = await openOutbox(store).catch(() => undefined);
  if (unrecorded.length === 0 && outbox === undefined) return;
  const key = { project, name: definition.name };
  await store.db.transaction(async (tx) => {
    if (unrecorded.length > 0) await recordScheduledRuns(tx, key, unrecorded);
    await notifyDueTimes(tx, outbox, key, definition.notify, { dueTimes: seenTo, leftUntil: now });
  });
  store.work.wake(newDeliveries);
}
