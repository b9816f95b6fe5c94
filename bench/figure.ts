import type { Summary } from './measure/statistics.ts';

/** One line of the result: what was measured, what it came to, and what it should come to. */
export interface Figure {
  what: string;
  unit: '×' | 'ms' | 'MB' | '/s';
  /** Null when it could not be measured; `note` says why. */
  value: Summary | null;
  goal: Goal;
  /** What helps to read the value, e.g. both sides of a ratio. */
  note: string;
  /** Further numbers for the record. */
  details?: Record<string, number | null>;
}

/** A bound that the median of a figure should keep to. */
export interface Goal {
  at: 'least' | 'most';
  value: number;
}

/** Says whether a figure keeps to its goal; null when it was not measured. */
export function isMet({ value, goal }: Figure): boolean | null {
  if (value === null) return null;
  return goal.at === 'least' ? value.median >= goal.value : value.median <= goal.value;
}
