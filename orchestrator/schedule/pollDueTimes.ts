import { type Client, expectType } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { dueTimes } from '../../contract/schedule/dueTimes.ts';
import { graphqlName } from '../../contract/words/words.ts';
import { planArgument } from '../plan/planArgument.ts';
import { planInput } from '../plan/planInput.ts';
import type { Plan } from '../plan/schema.ts';
import { atHome } from '../project/atHome.ts';
import { describeSecond } from '../project/describeHome.ts';
import type { HomeFinder } from '../project/planHomes.ts';
import { showTime } from '../text/showTime.ts';
import { describeScheduledRuns, type ScheduledRun } from './describeScheduledRuns.ts';
import { nextRunOf } from './nextRun.ts';

/** What keeping a schedule works with. */
export interface ScheduleSetting {
  client: Pick<Client, 'settleDue' | 'scheduledRuns'>;
  /** Loads the plan as its file has it now. */
  load(): Promise<Plan>;
  /** Says whose the plan is. @default the project that has a plan of its name on the server, or none */
  homeOf?: HomeFinder;
  /** What must not leave this computer in the inputs of tasks. */
  secretsOf(plan: Plan): readonly string[];
  log(text: string): void;
  /** @default the clock */
  now?(): Date;
}

const hourMs = 3_600_000;
/** How far back due times are caught up; a run that could not be started is retried until then. */
const windowMs = 12 * hourMs;
/** How far back the due times of a plan are read whose schedule never started anything. */
const furthestMs = 35 * 24 * hourMs;

/**
 * Finds the due times since the last poll, the first time since the last one that the server knows, and has the server
 * process them: each starts one run, however many processes ask. What could not be asked is asked at the next poll, and
 * what could not be started is retried. A faulty plan file leaves the previous plan in force; one that is faulty from
 * the start is waited for.
 */
export function pollDueTimes(first: Plan | undefined, keeping: ScheduleSetting, signal?: AbortSignal) {
  const { client, load, homeOf, secretsOf, log, now = () => new Date() } = keeping;
  let plan = first;
  let settledUntil: number | undefined;
  /** The known outcomes of due times, so that nothing is logged or asked twice. */
  let knownOutcomes = new Map<string, ScheduledRun['outcome']>();
  let knownSchedule: string | undefined;
  const faults = { file: logOnce(log), server: logOnce(log) };

  async function look(): Promise<void> {
    try {
      const next = await load().catch((error: Error) => {
        const what = plan ? 'Keeping the previous schedule' : 'The schedule waits for the plan to be fixed';
        faults.file(`${what}: ${error.message}`, error.message);
        return plan;
      });
      if (next === undefined) return;
      if (next !== plan) faults.file.over();
      if (plan === undefined) log(describeChange(next, now()));
      else if (scheduleOf(next) !== scheduleOf(plan)) {
        // What came until now is due by the former schedule.
        await settle(plan);
        if (next.name !== plan.name || next.project !== plan.project) knownOutcomes = new Map();
        log(describeChange(next, now()));
      }
      plan = next;
      await settle(plan);
      faults.server.over();
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      if (!signal?.aborted)
        faults.server(`Could not process the schedule; retrying: ${message}`, code ?? message);
    }
  }

  async function settle(plan: Plan): Promise<void> {
    const until = now().getTime();
    if (plan.schedule === undefined) {
      settledUntil = until;
      return;
    }
    settledUntil ??= await readSettled(plan, until);
    const due = dueTimes(plan, new Date(settledUntil), new Date(until)).map(formatTime);
    const open = due.filter((time) => (knownOutcomes.get(time) ?? 'FAILED') === 'FAILED');
    if (open.length === 0 && knownSchedule === scheduleOf(plan)) {
      settledUntil = until;
      return;
    }
    const home = await homeOf?.(plan);
    const answer = expectType(
      await atHome(home, (whose) =>
        client.settleDue({ ...inputOf(plan, open), ...(whose && { home: whose }) }, { signal }),
      ),
      'SettledDue',
    );
    knownSchedule = scheduleOf(plan);
    const second = describeSecond(plan.name, home, answer.beganBeside);
    if (second !== undefined) log(second);
    const news = answer.scheduledRuns.filter(
      ({ dueAt, outcome }) => knownOutcomes.get(normal(dueAt)) !== outcome,
    );
    for (const line of describeScheduledRuns(news)) log(line);
    for (const { dueAt, outcome } of answer.scheduledRuns) knownOutcomes.set(normal(dueAt), outcome);
    // What is in the future by the server's clock, and what failed, is asked again.
    settledUntil = Math.min(until, Date.parse(answer.now), earliestFailed(answer.scheduledRuns, until));
    for (const time of knownOutcomes.keys())
      if (Date.parse(time) < until - 4 * windowMs) knownOutcomes.delete(time);
  }

  /** Finds the last due time that the server knows of a plan. */
  async function readSettled(plan: Plan, until: number): Promise<number> {
    const label = planLabel({ project: (await homeOf?.(plan))?.project, name: plan.name });
    const scheduledRuns = await client.scheduledRuns({ plan: label, first: 200 }, { signal });
    for (const { dueAt, outcome } of scheduledRuns) knownOutcomes.set(normal(dueAt), outcome);
    const latest = scheduledRuns[0] === undefined ? until - furthestMs : Date.parse(scheduledRuns[0].dueAt);
    return Math.min(latest, earliestFailed(scheduledRuns, until));
  }

  function inputOf(plan: Plan, dueTimes: string[]): Parameters<Client['settleDue']>[0] {
    const { schedule = '', timezone } = plan;
    const definition = planArgument(planInput(plan, secretsOf(plan)));
    return { definition, schedule: schedule.trim(), timezone, dueTimes, catchUp: graphqlName(plan.catchUp) };
  }

  return { look, plan: () => plan };
}

function scheduleOf({ project, name, schedule, timezone }: Plan): string {
  return JSON.stringify([project, name, schedule?.trim(), timezone]);
}

function describeChange(plan: Plan, now: Date): string {
  const next = nextRunOf(plan, now);
  if (next === null) return `${plan.name} no longer has a schedule`;
  return `${plan.name} is now scheduled at ${plan.schedule} ${plan.timezone}, next run at ${showTime(next)}`;
}

/** Just before the first due time that failed and may still be caught up. */
function earliestFailed(scheduledRuns: readonly ScheduledRun[], until: number): number {
  const failed = scheduledRuns
    .filter(({ outcome }) => outcome === 'FAILED')
    .map(({ dueAt }) => Date.parse(dueAt) - 1);
  return Math.min(...failed.filter((time) => time > until - windowMs), Number.POSITIVE_INFINITY);
}

function normal(time: string): string {
  return formatTime(new Date(time));
}

function formatTime(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

/** Logs something once, until it is over or something else is logged. */
function logOnce(log: (text: string) => void) {
  let said: string | undefined;
  const speak = (text: string, key: string) => {
    if (key !== said) log(text);
    said = key;
  };
  speak.over = () => {
    said = undefined;
  };
  return speak;
}
