import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DueFacts } from '../../../contract/notifications/facts.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import type { DecisionDetails } from '../../../domain/approvals/decisionRequest.ts';
import { makeDigest } from '../../../domain/notifications/digest.ts';
import { settleDelivery } from '../../../domain/notifications/settle.ts';
import { takeDelivery } from '../../../domain/notifications/take.ts';
import { hashDefinition, planDefinition } from '../../../domain/plans/planDefinition.ts';
import { pruneDaily } from '../../../domain/retention/pruneDaily.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { readScheduledRuns, type ScheduledRun } from '../../../domain/schedule/scheduledRuns.ts';
import type { Store } from '../../../domain/store.ts';
import { planInput } from '../../../orchestrator/plan/planInput.ts';
import { pollDueTimes, type ScheduleSetting } from '../../../orchestrator/schedule/pollDueTimes.ts';
import type { Logger } from '../../../server/log.ts';
import { look, sweep } from '../../../server/sweeper.ts';
import { everyMoment, timePasses } from '../../domain/engine/timePasses.ts';
import { everything } from '../../support/domain.ts';
import { outcomeName } from '../../support/outcomeName.ts';
import { planContentOf } from '../../support/planWords.ts';
import { faultsOfLease, keyOf, Ledger, type SeenTask } from './changingLedger.ts';
import { type ChangingPlan, changingPlan, numberOf } from './changingPlan.ts';
import { ChangingWorker, type Known, type WorkerWorld } from './changingWorker.ts';
import type { Chance } from './nights.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** No step of time is longer than this, so that no due time comes in the place of another while rows are made older. */
const longestStepMs = 3 * hourMs;
/** No digest is made by the sweep, whose day is that of the real clock. */
const neverDigest = { time: '99:99', zone: 'UTC' };

/** A decision that somebody will make. */
interface DecisionRequest {
  at: number;
  taskId: number;
  approvalId: number;
  action: 'approve' | 'reject';
}

/** A server, what keeps the schedule, workers, plan files and people, on a database whose time is made to pass. */
export type ChangingWorld = Awaited<ReturnType<typeof openChangingWorld>>;

/** Makes such a world, at some moment of the simulation. */
export async function openChangingWorld(
  store: Store,
  chance: Chance,
  { startAt, keptDays }: { startAt: number; keptDays: number },
) {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-changing-'));
  const ledger = new Ledger();
  await store.queue();
  const { pass } = timePasses(store, await everyMoment(store.db));
  let offset = startAt - Date.now();
  const now = () => Date.now() + offset;
  const toSimulated = (time: string) => Date.parse(time) + offset;
  const toReal = (time: string) => new Date(Date.parse(time) - offset).toISOString();
  const berlin = { timezone: 'Europe/Berlin' };
  const plans = [
    changingPlan({ name: 'nightly', schedule: '30 2 * * *', ...berlin }, directory, chance),
    changingPlan({ name: 'cleanup', schedule: '40 2 * * *', ...berlin, catchUp: 'all' }, directory, chance),
  ];
  const state = { isServerUp: true, wishes: [] as DecisionRequest[], digested: '', entriesSeen: 0 };
  /** The approvals that somebody has given. */
  const given = new Set<number>();
  const counts: Record<string, number> = {};
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  /** What the files had, and since when. */
  const files: Known[] = [];

  const log = {
    warn: ({ err }: { err?: Error }, text: string) => {
      if (err) ledger.fault(`${at()} ${text}: ${err.stack}`);
    },
    info: () => undefined,
    error: ({ err }: { err?: Error }, text: string) => ledger.fault(`${at()} ${text}: ${err?.stack}`),
  } as unknown as Logger;
  const at = () => new Date(now()).toISOString();

  const world: WorkerWorld = { store, chance, plans, now, toSimulated, onLease };
  const workers = {
    main: new ChangingWorker(world, { name: 'main', labels: [], dataDir: join(directory, 'main') }),
    gpu: new ChangingWorker(world, { name: 'gpu', labels: ['gpu'], dataDir: join(directory, 'gpu') }),
  };

  async function onLease(...[lease, worker, plan]: Parameters<WorkerWorld['onLease']>): Promise<void> {
    const of = `${at()} ${worker.name} ${lease.runId} ${lease.task} (${lease.taskId})`;
    for (const fault of await faultsOfLease(store.db, lease.taskId, given))
      ledger.fault(`${of} began, and ${fault}`);
    if (plan?.steps.some(({ task }) => task === lease.task) !== true)
      return ledger.fault(`${of} began, and the worker does not know its step`);
    const begun = toSimulated(lease.runCreatedAt);
    const [ofFile, ofWorker] = [files, worker.known].map(
      (known) => known.findLast(({ hash, since }) => hash === lease.planHash && since <= begun)?.number,
    );
    // A worker that came later cannot have what its file had then.
    if (ofWorker !== undefined && ![ofFile, ofWorker].includes(numberOf(plan)))
      ledger.fault(`${of} began with content ${numberOf(plan)}, and its run with ${ofFile} or ${ofWorker}`);
  }

  const keeping = (plan: ChangingPlan): ScheduleSetting => ({
    load: plan.load,
    secretsOf: () => [],
    now: () => new Date(now()),
    log: (text) => {
      if (text.startsWith('Could not process the schedule')) ledger.fault(`${at()} ${text}`);
    },
    client: {
      settleDue: async ({ definition, schedule, timezone, dueTimes, catchUp }) => {
        const given = {
          definition: planContentOf(definition),
          schedule,
          timezone,
          dueTimes: dueTimes?.map(toReal),
        };
        const input = dueTimesInput.parse({ ...given, catchUp: catchUp?.toLowerCase() });
        const settled = await settleDue(store, everything, input);
        const answer = {
          now: new Date(toSimulated(settled.now)).toISOString(),
          scheduledRuns: settled.scheduledRuns.map(toClient),
          beganBeside: settled.beganBeside,
        };
        return { __typename: 'SettledDue', ...answer };
      },
      scheduledRuns: async ({ plan: name, first } = {}) =>
        (await readScheduledRuns(store.db, name ?? null, first ?? 50)).map(toClient),
    },
  });
  const toClient = (scheduledRun: ScheduledRun) => ({
    ...scheduledRun,
    dueAt: new Date(toSimulated(scheduledRun.dueAt)).toISOString(),
    outcome: outcomeName(scheduledRun.outcome),
  });
  let keepers: ReturnType<typeof pollDueTimes>[] = [];

  async function startKeepers(): Promise<void> {
    // A file that has a fault is waited for.
    const loaded = await Promise.all(plans.map((plan) => plan.load().catch(() => undefined)));
    keepers = plans.map((plan, at) => pollDueTimes(loaded[at], keeping(plan)));
  }

  /** Notes what a file has from now on. */
  async function noteFile(plan: ChangingPlan): Promise<void> {
    const content = await plan.load().catch(() => undefined);
    if (content === undefined) return;
    const hash = hashDefinition(planDefinition.parse(planInput(content, [])));
    files.push({ plan: plan.name, hash, number: numberOf(content), since: now() });
  }
  for (const plan of plans) await noteFile(plan);

  /** Takes all that is to be told, and counts what it tells of due times. */
  async function hear(): Promise<void> {
    for (let next = await takeDelivery(store, minuteMs); next; next = await takeDelivery(store, minuteMs)) {
      if (next.kind === 'run_not_started') hearOf(next.payload as DueFacts);
      await settleDelivery(store, next, { accepted: true });
    }
    const entries = await store.db.query<{ id: number; facts: DueFacts }>({
      name: 'ledger_digest_entries',
      text: `SELECT id::int AS id, facts FROM digest_entries WHERE kind = 'run_not_started' AND id > $1 ORDER BY id`,
      values: [state.entriesSeen],
    });
    for (const { id, facts } of entries) {
      hearOf(facts);
      state.entriesSeen = id;
    }
  }

  function hearOf({ plan, dueTimes, total }: DueFacts): void {
    if (total !== dueTimes.length) ledger.fault(`${at()} of ${total} due times ${dueTimes.length} were told`);
    for (const { dueAt } of dueTimes) {
      const key = keyOf(plan, toSimulated(dueAt));
      ledger.told.set(key, (ledger.told.get(key) ?? 0) + 1);
    }
  }

  /** People decide some of what begins to wait, some days later. */
  function wish({ id, approvalId }: SeenTask): void {
    if (approvalId === null) return;
    const luck = chance.next();
    if (luck > 0.75) return;
    const days = chance.next() < 0.4 ? chance.next() * 0.05 : chance.next() * 5;
    const action = luck < 0.6 ? 'approve' : 'reject';
    state.wishes.push({ at: now() + days * dayMs, taskId: id, approvalId, action });
  }

  async function decideDue(): Promise<void> {
    const due = state.wishes.filter((one) => one.at <= now());
    state.wishes = state.wishes.filter((one) => one.at > now());
    for (const { taskId, approvalId, action } of due) {
      if (ledger.tasks.get(taskId)?.approvalId !== approvalId) continue;
      const details: DecisionDetails = { approvalId };
      if (action === 'approve') given.add(approvalId);
      await decideTask(store, everything, taskId, action, details).catch((error: Error) => {
        // It has ended since it was seen last.
        if (!/so you cannot|already|does not match task/.test(error.message))
          ledger.fault(`${at()} ${action} of ${taskId}: ${error.message}`);
      });
    }
  }

  async function observe(): Promise<void> {
    const { changed, gone } = await ledger.look(store.db, now(), toSimulated);
    for (const { id } of gone) ledger.fault(`${at()} task ${id} is gone, and nobody pruned`);
    for (const task of changed) {
      if (task.status === 'awaiting_approval') wish(task);
      count(kindOf(task));
      if (/^no worker asked for it/.test(task.reason ?? '')) judgeUnclaimed(task);
    }
  }

  /** A task that any worker could take is not given up while one is there that knows its content. */
  function judgeUnclaimed({ id, runId, task, labels, planHash, runCreatedAt, reason }: SeenTask): void {
    const { main } = workers;
    const since = main.upSince ?? Number.POSITIVE_INFINITY;
    const knew = main.known.some(({ hash, since }) => hash === planHash && since <= runCreatedAt);
    if (labels.length === 0 && knew && since <= runCreatedAt)
      ledger.fault(`${at()} ${runId} ${task} (${id}) was given up though a worker could take it: ${reason}`);
  }

  /** What all do who are there. */
  async function live(): Promise<void> {
    await look(store, log);
    await decideDue();
    for (const { look: lookForDue } of keepers) await lookForDue();
    for (const worker of Object.values(workers)) await worker.act();
    await sweep(store, { reportLimitMs: 6 * hourMs, digest: neverDigest }, log);
    const day = at().slice(0, 10);
    if (state.digested !== day && at().slice(11, 13) >= '07') {
      state.digested = day;
      // A digest takes what is kept for it, so that is heard first.
      await hear();
      await makeDigest(store, { time: '07:00', zone: 'UTC' }, new Date(now()));
    }
    await hear();
    await observe();
  }

  /** Whoever is there has shown itself in the time that has passed. */
  async function stayThere(): Promise<void> {
    const all = Object.values(workers);
    await store.db.query({ text: 'UPDATE sweeps SET looked_at = clock_timestamp() WHERE id = 1' });
    await store.db.query({
      name: 'stay_leased',
      text: `UPDATE task_attempts SET lease_expires_at = now() + interval '30 s' WHERE finished_at IS NULL AND lease_id = ANY($1::uuid[])`,
      values: [all.flatMap(({ leases }) => leases)],
    });
    for (const worker of all.filter(({ upSince }) => upSince !== undefined))
      await store.db.query({
        name: 'stay_there',
        text: 'UPDATE worker_looks SET seen_at = now() WHERE worker = $1 AND wants = $2',
        values: [worker.name, worker.wants],
      });
  }

  async function step(wanted: number): Promise<void> {
    // Columns hold whole milliseconds.
    const ms = Math.round(wanted);
    await pass(ms / 1000);
    offset += ms;
    if (!state.isServerUp) return;
    await stayThere();
    await live();
  }

  return {
    store,
    chance,
    plans,
    workers,
    ledger,
    now,
    toSimulated,
    state,
    counts,
    count,
    /** Lets all live until a moment of the simulation, in steps as short as what happens asks for. */
    async until(time: number): Promise<void> {
      while (now() < time) {
        const isBusy = [...ledger.tasks.values()].some(
          ({ status, changedAt }) =>
            status === 'running' || (status === 'queued' && now() - changedAt < 2 * hourMs),
        );
        const ends = Object.values(workers).map(({ nextEnd }) => nextEnd);
        const moments = [...ends, ...state.wishes.map((one) => one.at)].filter((moment) => moment > now());
        const next = Math.min(time, ...moments);
        const longest = isBusy ? hourMs / 2 : longestStepMs;
        await step(Math.min(longest, Math.max(next - now(), 2000)));
      }
    },
    async startServer(): Promise<void> {
      state.isServerUp = true;
      for (const worker of Object.values(workers)) worker.notHeard();
      await live();
    },
    stopServer(): void {
      state.isServerUp = false;
    },
    startKeepers,
    stopKeepers(): void {
      keepers = [];
    },
    isKept: () => keepers.length > 0,
    /** Whether somebody looks for the due times of all plans: one who started with a faulty file waits for it first. */
    seesAll: () => keepers.length > 0 && keepers.every(({ plan }) => plan() !== undefined),
    async changeFile(plan: ChangingPlan): Promise<string> {
      const how = plan.change();
      await noteFile(plan);
      return how;
    },
    async spoilFile(plan: ChangingPlan, isFaulty: boolean): Promise<void> {
      plan.spoil(isFaulty);
      await noteFile(plan);
    },
    /** Prunes as the server does by itself, and holds what is gone against what was seen of it. */
    async prune(): Promise<void> {
      const before = ledger.runs();
      await pruneDaily(store, keptDays);
      const { gone } = await ledger.look(store.db, now(), toSimulated);
      const ids = new Set(gone.map(({ id }) => id));
      const limit = now() - keptDays * dayMs;
      for (const [runId, tasks] of before) {
        const isOver = tasks.every(({ status }) => ['succeeded', 'failed', 'skipped'].includes(status));
        const last = Math.max(...tasks.map(({ changedAt }) => changedAt));
        const left = tasks.filter(({ id }) => !ids.has(id)).length;
        const mayGo = isOver && last < limit + longestStepMs;
        if (left === 0) count('pruned run');
        if (left < tasks.length && (left > 0 || !mayGo))
          ledger.fault(
            `${at()} ${runId} was pruned, and ${left} tasks stay; over: ${isOver}, ${new Date(last).toISOString()}`,
          );
        if (left > 0 && isOver && last < limit - dayMs)
          ledger.fault(
            `${at()} ${runId} was not pruned, although it ended at ${new Date(last).toISOString()}`,
          );
      }
    },
    live,
    close: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Names what became of a task, without what differs from one to the other. */
function kindOf({ status, reason }: SeenTask): string {
  const why = (reason ?? '')
    .replace(/^needs .*, which/, 'needs one that')
    .replace(/^task \d+.*/, 'open work');
  const short = why.replace(/for [\d.]+ (h|min|s)|since .* UTC|by .*|\d+$/g, '').slice(0, 60);
  return `task: ${status} ${short}`.trim();
}
