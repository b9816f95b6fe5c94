import { type Colour, type WordFacts, wordsOf } from './words.ts';

interface ScheduledOutcomeFacts extends WordFacts {
  /** As rows have it. */
  row: string;
  /** As GraphQL has it. */
  graphql: string;
  /** How people read it. */
  label: string;
  colour: Colour;
}

/** What can become of a due time of a schedule. */
export const scheduledOutcomeFacts = {
  started: {
    row: 'started',
    graphql: 'STARTED',
    label: 'started',
    colour: 'green',
    means: 'Its run was started in time.',
  },
  caughtUp: {
    row: 'made_up',
    graphql: 'CAUGHT_UP',
    label: 'caught up',
    colour: 'yellow',
    means: 'Its run was started later, since nothing ran when it was due.',
  },
  missed: {
    row: 'missed',
    graphql: 'MISSED',
    label: 'missed',
    colour: 'red',
    means: 'Nothing ran when it was due, and it was not caught up.',
  },
  skipped: {
    row: 'skipped',
    graphql: 'SKIPPED',
    label: 'skipped',
    colour: 'gray',
    means:
      'An earlier run of the plan was still under way: more than waiting for an approval, or for a worker that is not there.',
  },
  failed: {
    row: 'failed',
    graphql: 'FAILED',
    label: 'failed',
    colour: 'red',
    means: 'Its run could not be started; it is tried again while it could be caught up.',
  },
  paused: {
    row: 'paused',
    graphql: 'PAUSED',
    label: 'paused',
    colour: 'gray',
    means: 'The plan was paused or retired.',
  },
} as const satisfies Record<string, ScheduledOutcomeFacts>;

type ScheduledOutcomeName = keyof typeof scheduledOutcomeFacts;
type Facts = (typeof scheduledOutcomeFacts)[ScheduledOutcomeName];

/** What has become of a due time, as its row has it. */
export type ScheduledOutcome = Facts['row'];
const names = wordsOf(scheduledOutcomeFacts);
export const scheduledOutcomes: readonly ScheduledOutcome[] = names.map(
  (name) => scheduledOutcomeFacts[name].row,
);

/** Gives what is known of an outcome by its name in GraphQL. */
export function factsOfScheduledOutcome(graphql: Facts['graphql']): Facts {
  const found = Object.values(scheduledOutcomeFacts).find((facts) => facts.graphql === graphql);
  if (found === undefined) throw new Error(`No scheduled run has the outcome ${graphql}.`);
  return found;
}

/** What happens to due times that passed while nothing ran. */
export const catchUpFacts = {
  skip: { means: 'None is caught up.' },
  latest: { means: 'The last one within 12 hours is caught up.' },
  all: { means: 'Each within 12 hours is caught up.' },
} as const satisfies Record<string, WordFacts>;

export type CatchUp = keyof typeof catchUpFacts;
export const catchUpModes = wordsOf(catchUpFacts);
