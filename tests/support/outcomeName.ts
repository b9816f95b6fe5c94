import {
  type ScheduledOutcome,
  type ScheduledOutcomeName,
  scheduledOutcomeFacts,
} from '../../contract/words/schedule.ts';

/** The name in GraphQL of an outcome of a scheduled run, as its row has it. */
export function outcomeName(row: ScheduledOutcome): ScheduledOutcomeName {
  const found = Object.values(scheduledOutcomeFacts).find((facts) => facts.row === row);
  if (found === undefined) throw new Error(`No scheduled run has the outcome ${row}.`);
  return found.graphql;
}
