import { createTask } from 'node-cron';
import { type Client, expectType } from '../../client/index.ts';
import { planInput } from '../plan/planInput.ts';
import type { Plan } from '../plan/schema.ts';
import { dueTimes } from './dueTimes.ts';

/** What keeps a schedule works with. */
export interface ScheduleKeeping {
  client: Pick<Client, 'settleDue'>;
  /** Loads the plan as its file has it now. */
  load(): Promise<Plan>;
  /** What must not leave this computer in the inputs of tasks. */
  secretsOf(plan: Plan): readonly string[];
  say(text: string): void;
  /** @default the clock */
  now?(): Date;
}

/** So far back due times are looked for at the start, in milliseconds: what the server makes up for. */
const windowMs = 12 * 3_600_000;
/** A clock that was put back by less than this finds its due times again. */
const lookBackMs = 2 * 3_600_000;

/**
 * Looks, whenever it is asked to, for due times that have come since the last look, and has the server see to them:
 * each is told once, and one run starts however many processes ask. What could not be asked is asked again.
 */
export function lookForDueTimes({ client, load, secretsOf, say, now = () => new Date() }: ScheduleKeeping) {
  let settledUntil: number | undefined;
  let fault: string | undefined;
  const told = new Set<string>();

  async function settle(): Promise<void> {
    const plan = await load();
    const until = now().getTime();
    const after = Math.min(settledUntil ?? until - windowMs, until - 120_000);
    const due = dueTimes(plan, new Date(after), new Date(until)).map((time) => formatTime(time));
    const open = due.filter((time) => !told.has(time));
    if (open.length === 0) {
      settledUntil = until;
      return;
    }
    const catchUp = catchUps[plan.catchUp];
    const input = { definition: planInput(plan, secretsOf(plan)), dueTimes: open, catchUp };
    const { ticks } = expectType(await client.settleDue(input), 'SettledDue');
    for (const { dueAt, outcome, runId, reason } of ticks) {
      told.add(dueAt);
      say(describe(plan.name, dueAt, outcome, runId ?? null, reason ?? null));
    }
    // By the server's clock the latest may still lie ahead.
    const ahead = open
      .map((time) => Date.parse(time))
      .find((time) => time > until - lookBackMs && !told.has(formatTime(new Date(time))));
    settledUntil = ahead === undefined ? until : ahead - 1;
    for (const time of told) if (Date.parse(time) < until - 2 * windowMs) told.delete(time);
  }

  return async function look(): Promise<void> {
    try {
      await settle();
      fault = undefined;
    } catch (error) {
      const message = (error as Error).message;
      if (message !== fault) say(`The schedule could not be seen to, and is tried again: ${message}`);
      fault = message;
    }
  };
}

/** Keeps a schedule by looking every minute, or every second for a schedule with seconds, until it is stopped. */
export async function keepSchedule(plan: Plan, keeping: ScheduleKeeping): Promise<{ stop(): Promise<void> }> {
  if (plan.schedule === undefined) return { stop: async () => {} };
  const look = lookForDueTimes(keeping);
  let looking = look();
  const hasSeconds = plan.schedule.trim().split(/\s+/).length > 5;
  const task = createTask(
    hasSeconds ? '* * * * * *' : '* * * * *',
    () => {
      looking = look();
      return looking;
    },
    { name: plan.name, noOverlap: true, logger: quiet },
  );
  await looking;
  void task.start();
  return {
    async stop() {
      await task.destroy();
      await looking;
    },
  };
}

const catchUps = { skip: 'SKIP', latest: 'LATEST', all: 'ALL' } as const;

function formatTime(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

function describe(
  plan: string,
  dueAt: string,
  outcome: string,
  runId: string | null,
  reason: string | null,
): string {
  const due = `${plan}, due at ${dueAt}:`;
  if (outcome === 'STARTED') return `${due} ${runId} was started`;
  if (outcome === 'MADE_UP') return `${due} ${runId} was started late, since nothing ran when it was due`;
  return `${due} ${outcome === 'MISSED' ? 'missed' : 'left out'}, ${reason}`;
}

// What it would say is told by the looks themselves.
const quiet = { info() {}, warn() {}, error() {}, debug() {} };
