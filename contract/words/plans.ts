import type { RecordedAction } from './decisions.ts';
import { type WordFacts, wordsOf } from './words.ts';

interface PlanStateFacts extends WordFacts {
  /** What brings a plan there. */
  action: RecordedAction;
  /** What the mutation does that brings it there. */
  does: string;
}

/**
 * Where a plan stands: `active`, as its file says; `paused`, so that its schedule starts nothing; `retired`, so that it
 * has left the lists as well and is not started by its name. Whoever makes its content known again changes neither.
 */
export const planStateFacts = {
  active: {
    action: 'resume',
    means: 'It runs as its file says.',
    does: 'Resumes a paused or retired plan from its next due time on.',
  },
  paused: {
    action: 'pause',
    means: 'Its schedule starts no runs.',
    does: 'Pauses the schedule of a plan until you resume it. Its scheduled runs are recorded as paused.',
  },
  retired: {
    action: 'retire',
    means: 'Its schedule starts no runs, lists leave it out, and nobody can start it by name.',
    does: 'Retires a plan: lists leave it out and its schedule starts no runs. Its history is kept.',
  },
} as const satisfies Record<string, PlanStateFacts>;

export type PlanStateName = keyof typeof planStateFacts;
export const planStates = wordsOf(planStateFacts);

/** What a step does while earlier work of it is open. */
export const onOpenFacts = {
  skip: { means: 'The new task is skipped.' },
  run: { means: 'The new task runs anyway.' },
  supersede: { means: 'The new task replaces it: the earlier approval is cancelled.' },
} as const satisfies Record<string, WordFacts>;

export const onOpenModes = wordsOf(onOpenFacts);

/** When a step awaits approval. */
export const approvalModeFacts = {
  auto: { means: 'If it opened a pull request.' },
  always: { means: 'After every success.' },
  never: { means: 'Never.' },
} as const satisfies Record<string, WordFacts>;

export const approvalModes = wordsOf(approvalModeFacts);

interface ExpiryFacts extends WordFacts {
  /** What happens then, behind "until …, then". */
  outcome: string;
}

/** What happens to an approval that nobody decides in time. */
export const expiryFacts = {
  expire: { outcome: 'it expires', means: 'The approval expires and the task fails.' },
  reject: { outcome: 'it is rejected', means: 'The task is rejected.' },
  approve: { outcome: 'it is approved', means: 'The task is approved.' },
  escalate: { outcome: 'others are asked', means: 'Others may decide too, for the same time again.' },
} as const satisfies Record<string, ExpiryFacts>;

export type ExpiryAction = keyof typeof expiryFacts;
export const expiryActions = wordsOf(expiryFacts);

/** How much care an approval asks for. */
export const riskFacts = {
  low: { means: 'The link in a notification is enough to decide.' },
  high: {
    means: 'The link in a notification is not enough: the viewer also needs the `approve` scope.',
  },
} as const satisfies Record<string, WordFacts>;

export const risks = wordsOf(riskFacts);

/** What happens to a command whose worker cannot reach the server. */
export const lostContactFacts = {
  goOn: { means: 'It keeps running, and another worker may run it a second time meanwhile.' },
  end: { means: 'Its worker ends it.' },
} as const satisfies Record<string, WordFacts>;

export const lostContactActions = wordsOf(lostContactFacts);
