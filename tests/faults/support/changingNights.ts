import { retryModes } from '../../../contract/words/runs.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { NotRetryableError } from '../../../domain/engine/errors.ts';
import { retryRun, retryTask } from '../../../domain/engine/retry.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { setPlanState } from '../../../domain/schedule/planState.ts';
import { everything } from '../../support/domain.ts';
import { keyOf, type SeenScheduledRun } from './changingLedger.ts';
import type { ChangingPlan } from './changingPlan.ts';
import { type ChangingWorld, dayMs, hourMs, minuteMs } from './changingWorld.ts';
import { nightOf } from './nights.ts';

/** Something that happens at a moment. */
interface Event {
  at: number;
  what: string;
  act: () => Promise<unknown>;
}

/** What was done in the nights. */
export interface Happened {
  /** The plans that were paused, from one moment to another. */
  paused: Map<string, [from: number, to: number][]>;
  /** When nobody kept the schedule, or not that of all plans. */
  unkept: [from: number, to: number][];
  lastLookAt: number;
}

/** Lets these nights pass in a world, with what happens in them by chance. */
export async function liveThrough(world: ChangingWorld, dates: readonly string[]): Promise<Happened> {
  const { chance, plans, workers, ledger, now, store, state, count } = world;
  const { next, pick } = chance;
  const happened: Happened = { paused: new Map(), unkept: [], lastLookAt: now() };
  let events: Event[] = [];
  const later = (at: number, what: string, act: Event['act']) => events.push({ at, what, act });

  await world.startKeepers();
  for (const worker of [workers.main, workers.gpu]) await worker.start();
  await world.live();

  for (const date of dates) {
    const due = nightOf(date, 'Europe/Berlin');
    plan(due);
    // Each due time is looked at, if anybody is there.
    for (const after of [20_000, 11 * minuteMs]) later(due + after, 'look', async () => undefined);
    later(due + 12 * hourMs, 'noon', async () => undefined);
    await pass(due + 12 * hourMs);
    if (new Date(`${date}T00:00:00Z`).getUTCDay() === 0 && state.isServerUp) await week();
  }
  await check();
  return happened;

  /** Does what was planned, up to a moment. */
  async function pass(until: number): Promise<void> {
    for (;;) {
      events.sort((a, b) => a.at - b.at);
      const [first] = events;
      if (first === undefined || first.at > until) break;
      events = events.slice(1);
      await world.until(first.at);
      if (first.what !== 'look' && first.what !== 'noon') count(first.what);
      await first.act();
      if (state.isServerUp && world.seesAll()) noteSight();
    }
    await world.until(until);
  }

  function noteSight(): void {
    happened.lastLookAt = now();
    for (const stretch of happened.unkept) if (stretch[1] === Number.POSITIVE_INFINITY) stretch[1] = now();
  }

  /** Plans by chance what happens around a due time. */
  function plan(due: number): void {
    const { around, about } = momentsAt(due);
    const likely: [chance: number, happen: () => void][] = [
      ...plans.map((file): [number, () => void] => [0.4, () => change(file, about)]),
      [0.3, () => restart(about(), pick([0, 0, 1, 30, 3 * 60, 20 * 60, 60 * 60]) * minuteMs)],
      [0.07, () => outage(about(), pick([2, 20, 5 * 60, 14 * 60]) * minuteMs)],
      [0.04, () => pauseKeeping(around(), pick([1, 10, 30]) * hourMs)],
      [0.04, () => spoil(around(), pick([1, 8, 30]) * hourMs)],
      [0.03, () => pausePlan(around(), pick([1, 2, 5]) * dayMs)],
      [0.15, () => later(around(), 'retry', whileUp(retry))],
      [0.04, () => later(around(), 'cancel', whileUp(cancel))],
      [0.06, () => later(around(), 'start', whileUp(start))],
      [0.2, () => later(around(), 'gpu', whileUp(toggleGpu))],
    ];
    for (const [chance, happen] of likely) if (next() < chance) happen();
  }

  /** Gives moments of the night of a due time: some hours from it, or also right at it. */
  function momentsAt(due: number) {
    const around = () => due + pick([-1, 1, 1]) * next() * 8 * hourMs;
    const right = () => due + pick([-minuteMs, -5000, 0, minuteMs, 10 * minuteMs, 40 * minuteMs]);
    return { around, about: () => (next() < 0.5 ? around() : right()) };
  }

  function change(file: ChangingPlan, about: () => number): void {
    for (let times = pick([1, 1, 2]); times > 0; times -= 1)
      later(about(), 'change', async () => count(`change: ${await world.changeFile(file)}`));
  }

  function whileUp(act: () => Promise<unknown>): () => Promise<unknown> {
    return async () => (state.isServerUp ? act() : undefined);
  }

  /** The worker and what keeps the schedule are one process. */
  function restart(at: number, awayMs: number): void {
    later(at, 'restart', async () => {
      await workers.main.stop(state.isServerUp && next() < 0.6 ? 'told' : 'killed');
      unkeep();
      later(now() + awayMs + minuteMs / 4, 'start again', startAgain);
    });
  }

  /** Starts again, and tries again later while the server is away. */
  async function startAgain(): Promise<void> {
    if (state.isServerUp) {
      if (!world.isKept()) await world.startKeepers();
      if (workers.main.upSince === undefined) await workers.main.start();
    }
    if (!world.isKept() || workers.main.upSince === undefined)
      later(now() + hourMs, 'start again', startAgain);
    else if (state.isServerUp) await world.live();
  }

  function outage(at: number, awayMs: number): void {
    later(at, 'outage', async () => {
      if (!state.isServerUp) return;
      world.stopServer();
      const from = now();
      later(now() + awayMs, 'server back', async () => {
        happened.unkept.push([from, now()]);
        await world.startServer();
      });
    });
  }

  function pauseKeeping(at: number, awayMs: number): void {
    later(at, 'nobody looks', async () => {
      unkeep();
      later(now() + awayMs, 'start again', startAgain);
    });
  }

  function unkeep(): void {
    if (world.isKept()) happened.unkept.push([now(), Number.POSITIVE_INFINITY]);
    world.stopKeepers();
  }

  function spoil(at: number, forMs: number): void {
    const file = pick(plans);
    later(at, 'fault in a file', async () => {
      await world.spoilFile(file, true);
      later(now() + forMs, 'fault mended', () => world.spoilFile(file, false));
    });
  }

  function pausePlan(at: number, forMs: number): void {
    const { name } = pick(plans);
    const set = (to: 'paused' | 'active') => setPlanState(store, everything, to, { plan: name });
    const stretches = happened.paused.get(name) ?? [];
    happened.paused.set(name, stretches);
    later(at, 'pause', async () => {
      await set('paused');
      stretches.push([now(), Number.POSITIVE_INFINITY]);
      later(now() + forMs, 'resume', async () => {
        await set('active');
        for (const stretch of stretches) if (stretch[1] === Number.POSITIVE_INFINITY) stretch[1] = now();
      });
    });
  }

  async function retry(): Promise<void> {
    const recent = [...ledger.tasks.values()].filter(({ runCreatedAt }) => now() - runCreatedAt < 6 * dayMs);
    if (recent.length === 0) return;
    const task = pick(recent);
    const ended = task.status === 'failed' || task.status === 'skipped';
    const mode = pick(retryModes);
    const from = mode === 'from' ? task.task : null;
    await (ended && next() < 0.5
      ? retryTask(store, everything, task.id)
      : retryRun(store, everything, { runId: task.runId, mode, from })
    ).catch((error: unknown) => {
      if (!(error instanceof NotRetryableError)) throw error;
    });
  }

  async function cancel(): Promise<void> {
    const open = [...ledger.tasks.values()].filter(
      ({ status }) => status === 'queued' || status === 'running',
    );
    if (open.length > 0) await cancelRun(store, everything, pick(open).runId);
  }

  async function start(): Promise<void> {
    await startRun(store, everything, startRunInput.parse({ plan: pick(plans).name }));
  }

  async function toggleGpu(): Promise<void> {
    if (workers.gpu.upSince === undefined) await workers.gpu.start();
    else await workers.gpu.stop(pick(['told', 'killed'] as const));
  }

  async function week(): Promise<void> {
    await check();
    await world.prune();
    if (ledger.faults.length > 0) throw new Error(ledger.faults.join('\n'));
  }

  /** Holds what is on record against what has to be. */
  async function check(): Promise<void> {
    await ledger.lookAtTicks(store.db, world.toSimulated);
    for (const { name } of plans) checkDueTimes(name);
    checkProgress();
    if (ledger.faults.length > 0) throw new Error(ledger.faults.join('\n'));
  }

  function checkDueTimes(name: string): void {
    const minuteOfDay = 2 * 60 + (name === 'nightly' ? 30 : 40);
    const expected = dates
      .map((date) => nightOf(date, 'Europe/Berlin', minuteOfDay))
      .filter((due) => due < happened.lastLookAt);
    let [inRow, since] = [0, 0];
    for (const due of expected) {
      const key = keyOf(name, due);
      const scheduledRun = ledger.scheduledRuns.get(key);
      if (scheduledRun === undefined) {
        ledger.fault(
          `${key} is not on record, after a look at ${new Date(happened.lastLookAt).toISOString()}`,
        );
        continue;
      }
      for (const fault of [
        ...faultsOfScheduledRun(scheduledRun, ledger.told.get(key) ?? 0),
        ...faultsOfRest(scheduledRun),
      ])
        ledger.fault(`${key}: ${scheduledRun.outcome}, ${fault}`);
      if (now() - due < 7 * dayMs) count(`due time: ${scheduledRun.outcome}`);
      if (scheduledRun.outcome !== 'skipped') [inRow, since] = [0, due];
      else inRow += 1;
      if (inRow > mostSkipped)
        ledger.fault(
          `${key}: the plan has not started since ${new Date(since).toISOString()}: ${scheduledRun.reason}`,
        );
    }
  }

  /** Nothing is paused or missed without a cause in the world. */
  function faultsOfRest({ plan, dueAt, outcome, reason }: SeenScheduledRun): string[] {
    // Whoever comes back later finds the plan as it is then.
    const seenAt = Math.max(
      dueAt,
      ...happened.unkept.filter(([from, to]) => from <= dueAt && dueAt <= to).map(([, to]) => to),
    );
    const isPaused = (happened.paused.get(plan) ?? []).some(
      ([from, to]) => from <= seenAt + slackMs && dueAt <= to + slackMs,
    );
    if (outcome === 'paused' && !isPaused) return ['and nobody has paused it'];
    if (outcome === 'missed' && !isWithin(dueAt, happened.unkept, minuteMs))
      return [`and somebody kept the schedule: ${reason}`];
    return outcome === 'failed' ? [`${reason}`] : [];
  }

  function checkProgress(): void {
    for (const [runId, tasks] of ledger.runs()) {
      const open = tasks.filter(({ status }) => ['queued', 'running', 'awaiting_approval'].includes(status));
      const last = Math.max(...tasks.map(({ changedAt }) => changedAt));
      if (open.length > 0 && now() - last > longestWaitMs)
        ledger.fault(
          `${runId} stands still since ${new Date(last).toISOString()}: ${open.map(({ task, status, id }) => `${task} (${id}) ${status}`)}`,
        );
    }
  }
}

/** So late a due time may be seen that nobody was kept from. */
const slackMs = 30 * hourMs;
/** In so many nights on end a run may be under way, however it goes on. */
const mostSkipped = 2;
/** The longest time in which nothing of an open run may change: an approval that was escalated and a day of outages. */
const longestWaitMs = 10 * dayMs;

/** A due time has a run, or a reason that is told once. */
function faultsOfScheduledRun({ outcome, runId, reason }: SeenScheduledRun, told: number): string[] {
  const ran = outcome === 'started' || outcome === 'made_up';
  const wanted = ['skipped', 'missed', 'failed'].includes(outcome) ? 1 : 0;
  return [
    ...(ran === (runId !== null) ? [] : [`with run ${runId}`]),
    ...(ran === (reason === null) ? [] : [`for reason ${reason}`]),
    ...(told === wanted ? [] : [`was told ${told} times`]),
  ];
}

function isWithin(time: number, stretches: readonly [number, number][], slackMs: number): boolean {
  return stretches.some(([from, to]) => from - slackMs <= time && time <= to + slackMs);
}
