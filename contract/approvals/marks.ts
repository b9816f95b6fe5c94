import type { ApprovalState } from '../words/approvals.ts';
import type { ChecksState } from '../words/pulls.ts';

/** Looks of a mark, by what they say: a colour, and the path of an icon of 16 by 16 that is drawn as a line. */
export const markLooks = {
  good: { tone: 'good', path: 'm3 8.5 3.2 3.2L13 4.8' },
  bad: { tone: 'bad', path: 'm4 4 8 8m0-8-8 8' },
  wait: { tone: 'wait', path: 'M5.5 3.5v9m5-9v9' },
  busy: { tone: 'busy', path: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5M8 5v3l2 1.5' },
  calm: { tone: 'calm', path: 'M3.5 8h9' },
  unknown: { tone: 'wait', path: 'M8 3v6m0 3.2v.3' },
} as const;

export type MarkLook = keyof typeof markLooks;

/** How the states of an approval look. */
export const stateLooks: Record<ApprovalState, MarkLook> = {
  pending: 'wait',
  approved: 'good',
  rejected: 'bad',
  cancelled: 'calm',
  expired: 'bad',
};

/** How checks look; those that could not be read never look like none. */
export const checksLooks: Record<ChecksState, MarkLook> = {
  passed: 'good',
  failed: 'bad',
  running: 'busy',
  none: 'calm',
  unavailable: 'unknown',
};
