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
    means: 'Its run started on time.',
  },
  caughtUp: {
    row: 'made_up',
    graphql: 'CAUGHT_UP',
    label: 'caught up',
    colour: 'yellow',
    means: 'Its run started later, because no server was up when it was due.',
  },
  missed: {
    row: 'missed',
    graphql: 'MISSED',
    label: 'missed',
    colour: 'red',
    means: 'No server was up when it was due, and it was not caught up.',
  },
  skipped: {
    row: 'skipped',
    graphql: 'SKIPPED',
    label: 'skipped',
    colour: 'gray',
    means:
      'The previous run of the plan was still in progress. Runs that only wait for an approval or a missing worker do not count.',
  },
  failed: {
    row: 'failed',
    graphql: 'FAILED',
    label: 'failed',
    colour: 'red',
    means: 'Its run could not be started. It is retried while it may be caught up.',
  },
  paused: {
    row: 'paused',
    graphql: 'PAUSED',
    label: 'paused',
    colour: 'gray',
    means: 'The plan was paused or retired, or the server was frozen.',
  },
} as const satisfies Record<string, ScheduledOutcomeFacts>;

type Facts = (typeof scheduledOutcomeFacts)[keyof typeof scheduledOutcomeFacts];

/** What has become of a due time, as its row has it, and as GraphQL has it. */
export type ScheduledOutcome = Facts['row'];
export type ScheduledOutcomeName = Facts['graphql'];
export const scheduledOutcomes: readonly ScheduledOutcome[] = Object.values(scheduledOutcomeFacts).map(
  ({ row }) => row,
);

/** Gives what is known of an outcome by its name in GraphQL. */
export function factsOfOutcome(name: ScheduledOutcomeName): Facts {
  const found = Object.values(scheduledOutcomeFacts).find(({ graphql }) => graphql === name);
  if (found === undefined) throw new Error(`No scheduled run has the outcome ${name}.`);
  return found;
}

/** What happens to runs that were missed while no server was up. */
export const catchUpFacts = {
  skip: { means: 'Start none of them.' },
  latest: { means: 'Start the last one, if it was due within the last 12 hours.' },
  all: { means: 'Start each that was due within the last 12 hours.' },
} as const satisfies Record<string, WordFacts>;

export const catchUpModes = wordsOf(catchUpFacts);
