import type { Goal } from './goals.ts';
import type { Summary } from './measure/statistics.ts';

/** One line of the result: what was measured, what it came to, and what it should come to. */
export interface Figure {
  what: string;
  unit: '×' | 'ms' | 'MB' | '/s';
  /** A ratio of elapsed times, or the one number that there is. Null when it could not be measured; `note` says why. */
  value: Summary | null;
  /** The same ratio by processor time; null where the system does not tell it, absent where nothing is compared. */
  processor?: Summary | null;
  /** The share of the time in which the less busy side worked, from 0 to 1; null where the system does not tell. */
  busy?: number | null;
  /** Absent when it only tells something about the other figures. */
  goal?: Goal;
  /** What helps to read the value, e.g. both sides of a ratio. */
  note: string;
  /** Further numbers for the record. */
  details?: Record<string, number | null>;
}

/** What a goal says of a figure: which of its values counts, and whether that keeps to the bound. */
export interface Verdict {
  by: 'elapsed' | 'processor';
  value: number;
  met: boolean;
}

/** A side that worked for less of the time waited for the other side, the database or the machine. */
export const busyEnough = 0.8;

/** Judges a figure by the value that its goal asks for; null without a goal, or when that value could not be measured. */
export function judge(figure: Figure): Verdict | null {
  const { goal } = figure;
  if (goal === undefined) return null;
  const by = valueThatCounts(figure, goal);
  const value = (by === 'processor' ? figure.processor : figure.value)?.median;
  if (value === undefined) return null;
  return { by, value, met: goal.at === 'least' ? value >= goal.value : value <= goal.value };
}

function valueThatCounts({ busy, processor }: Figure, { by }: Goal): Verdict['by'] {
  if (by !== 'elapsed unless idle') return by;
  return processor && busy != null && busy < busyEnough ? 'processor' : 'elapsed';
}
