import type { RunTaskFragment } from '../../generated/graphql.ts';

/** How a piece of a task's time is drawn. */
export type Tone = 'good' | 'bad' | 'busy' | 'wait' | 'calm';

/** A piece of a task's time: an attempt, or the wait for approval after it. Milliseconds since 1970. */
export interface Bar {
  from: number;
  to: number;
  tone: Tone;
}

type Timed = Pick<RunTaskFragment, 'status' | 'startedAt' | 'finishedAt' | 'attempts'>;

/** The pieces of a task's time until now. A failed attempt before the last one is shown as such. */
export function barsOf({ status, startedAt, finishedAt, attempts }: Timed, now: number): Bar[] {
  const tone = tones[status];
  const bars: Bar[] = attempts.map((attempt, index) => {
    const isLast = index === attempts.length - 1 && status !== 'QUEUED';
    const from = Date.parse(attempt.startedAt);
    return { from, to: endOf(attempt.finishedAt, from, now), tone: isLast ? tone : 'bad' };
  });
  // Who reports from outside tells of one piece alone.
  if (bars.length === 0 && startedAt !== null && status !== 'QUEUED') {
    const from = Date.parse(startedAt);
    const isHeld = status === 'AWAITING_APPROVAL' && finishedAt === null;
    bars.push({ from, to: isHeld ? from : endOf(finishedAt, from, now), tone });
  }
  const last = bars.at(-1);
  if (status === 'AWAITING_APPROVAL' && last !== undefined)
    return [
      ...bars.slice(0, -1),
      { ...last, tone: 'good' },
      { from: last.to, to: Math.max(now, last.to), tone: 'wait' },
    ];
  return bars;
}

function endOf(finishedAt: string | null, from: number, now: number): number {
  return Math.max(from, finishedAt === null ? now : Date.parse(finishedAt));
}

const tones: Record<Timed['status'], Tone> = {
  QUEUED: 'calm',
  RUNNING: 'busy',
  SUCCEEDED: 'good',
  FAILED: 'bad',
  AWAITING_APPROVAL: 'good',
  SKIPPED: 'calm',
};

/** From when to when tasks take their time; undefined before any has started. */
export function spanOf(tasks: readonly Timed[], now: number): { from: number; to: number } | undefined {
  const bars = tasks.flatMap((task) => barsOf(task, now).filter(({ tone }) => tone !== 'wait'));
  if (bars.length === 0) return undefined;
  const from = bars.reduce((least, bar) => Math.min(least, bar.from), Number.POSITIVE_INFINITY);
  const to = bars.reduce((most, bar) => Math.max(most, bar.to), 0);
  return { from, to: Math.max(to, from + 1000) };
}

/** In the order of the plan, or in which they were reported: it stays the same while tasks start and end. */
export function inOrder<T extends Pick<RunTaskFragment, 'databaseId'>>(tasks: readonly T[]): T[] {
  return [...tasks].sort((one, other) => one.databaseId - other.databaseId);
}
