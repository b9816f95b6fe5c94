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
    means: 'As its file says.',
    does: 'Takes up a paused or retired plan again, from its next due time on.',
  },
  paused: {
    action: 'pause',
    means: 'Its schedule starts nothing.',
    does: 'Has the schedule of a plan start nothing until it is resumed; due times are recorded as paused.',
  },
  retired: {
    action: 'retire',
    means: 'Its schedule starts nothing, it has left the lists, and nobody starts it by its name.',
    does: 'Has a plan leave the lists and its schedule start nothing; its history stays.',
  },
} as const satisfies Record<string, PlanStateFacts>;

export type PlanStateName = keyof typeof planStateFacts;
export const planStates = wordsOf(planStateFacts);

/** What a step does while earlier work of it is open. */
export const onOpenFacts = {
  skip: { means: 'It is skipped.' },
  run: { means: 'It runs beside it.' },
  supersede: { means: 'It takes its place: the open work is cancelled.' },
} as const satisfies Record<string, WordFacts>;

export const onOpenModes = wordsOf(onOpenFacts);

/** When a step awaits approval. */
export const approvalModeFacts = {
  auto: { means: 'When it made a pull request.' },
  always: { means: 'At every success.' },
  never: { means: 'Never.' },
} as const satisfies Record<string, WordFacts>;

export const approvalModes = wordsOf(approvalModeFacts);

interface ExpiryFacts extends WordFacts {
  /** What happens then, behind "until …, then". */
  outcome: string;
}

/** What becomes of an approval that nobody decides in time. */
export const expiryFacts = {
  expire: { outcome: 'it expires', means: 'It ends as expired, and its task fails.' },
  reject: { outcome: 'it is rejected', means: 'It is rejected.' },
  approve: { outcome: 'it is approved', means: 'It is approved.' },
  escalate: { outcome: 'others are asked', means: 'Others may decide as well, for the same time again.' },
} as const satisfies Record<string, ExpiryFacts>;

export type ExpiryAction = keyof typeof expiryFacts;
export const expiryActions = wordsOf(expiryFacts);

/** How much care an approval asks for. */
export const riskFacts = {
  low: { means: 'The link of a notification decides.' },
  high: {
    means:
      'The link of a notification alone decides nothing, it needs a viewer with the `approve` scope besides.',
  },
} as const satisfies Record<string, WordFacts>;

export const risks = wordsOf(riskFacts);

/** What becomes of a command whose worker cannot reach the server. */
export const lostContactFacts = {
  goOn: { means: 'It goes on, and another worker may run it a second time meanwhile.' },
  end: { means: 'Its worker ends it.' },
} as const satisfies Record<string, WordFacts>;

export const lostContactActions = wordsOf(lostContactFacts);
