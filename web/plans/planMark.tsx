import type { ReactNode } from 'react';
import { planStateFacts } from '../../contract/words/plans.ts';
import { factsOfOutcome, type ScheduledOutcomeName } from '../../contract/words/schedule.ts';
import type { Colour } from '../../contract/words/words.ts';
import { wordOf } from '../../contract/words/words.ts';
import type { PlanStateName } from '../generated/graphql.ts';
import { Mark, type Tone } from '../settings/Mark.tsx';
import { planTexts } from '../texts/plans.ts';

const tones: Record<PlanStateName, Tone> = { ACTIVE: 'good', PAUSED: 'wait', RETIRED: 'calm' };

/** Whether a plan runs. */
export function PlanMark({ state }: { state: PlanStateName }): ReactNode {
  const word = wordOf(state);
  return (
    <Mark tone={tones[state]} title={planStateFacts[word].means}>
      {planTexts.states[word]}
    </Mark>
  );
}

const tonesOf: Partial<Record<Colour, Tone>> = { green: 'good', yellow: 'wait', red: 'bad' };

/** What became of a due time. */
export function OutcomeMark({ outcome }: { outcome: ScheduledOutcomeName }): ReactNode {
  const { label, colour, means } = factsOfOutcome(outcome);
  return (
    <Mark tone={tonesOf[colour] ?? 'calm'} title={means}>
      {label}
    </Mark>
  );
}
