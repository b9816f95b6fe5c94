import { type WordFacts, wordsOf } from './words.ts';

/** What figures over time are about. */
export const trendSubjects = ['step', 'run', 'approval'] as const;
export type TrendSubject = (typeof trendSubjects)[number];

/** How long a time one cell counts. */
export const trendGrains = ['quarter', 'day', 'week'] as const;
export type TrendGrain = (typeof trendGrains)[number];

/** The most days that figures over time are read of at once. */
export const maxTrendDays = 366;

/** How a run ended, in figures over time. */
export const runOutcomeFacts = {
  succeeded: { means: 'All its tasks succeeded, or were skipped beside others that did.' },
  failed: { means: 'A task failed, or was rejected or expired.' },
  awaiting_approval: { means: 'Nothing failed, and a task needs approval.' },
  skipped: { means: 'All its tasks were skipped.' },
  open: { means: 'Nothing failed so far, and a task is queued or running.' },
} as const satisfies Record<string, WordFacts>;

export type RunOutcome = keyof typeof runOutcomeFacts;
export const runOutcomes = wordsOf(runOutcomeFacts);

/** How steps can be sorted by their figures. */
export const stepOrderFacts = {
  tasks: { means: 'The most tasks first.' },
  failing: { means: 'The lowest success rate first.' },
  slowest: { means: 'The longest p95 first.' },
  slowing: { means: 'The largest growth of the p50 first.' },
  flaky: { means: 'The flakiest first: by recoveries and turns.' },
} as const satisfies Record<string, WordFacts>;

export type StepOrder = keyof typeof stepOrderFacts;
export const stepOrders = wordsOf(stepOrderFacts);
