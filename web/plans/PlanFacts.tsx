import type { ReactNode } from 'react';
import { useAsk } from '../data/useAsk.ts';
import { PlanRegistrationsDocument } from '../generated/graphql.ts';
import { Facts } from '../parts/Facts.tsx';
import { Section } from '../parts/Section.tsx';
import { Text } from '../parts/Text.tsx';
import { Time } from '../parts/Time.tsx';
import { planTexts as texts } from '../texts/plans.ts';
import type { Plan } from './plan.ts';
import { labelOf } from './planLabel.ts';

/** When a plan runs, who registered it, and who changed whether it runs. */
export function PlanFacts({ plan }: { plan: Plan }): ReactNode {
  const { data } = useAsk(PlanRegistrationsDocument, {});
  // The record is asked for its newest 200 registrations: of an old one it is not known here.
  const registered = data?.decisions.nodes.find(({ subject }) => subject === labelOf(plan));
  const { project, schedule, timezone, registeredAt, state } = plan;
  return (
    <Section title={texts.facts}>
      <Facts
        facts={[
          [texts.name, <Text key="plan">{plan.plan}</Text>],
          [texts.project, project && <Text key="project">{project}</Text>],
          [texts.schedule, schedule === null ? texts.noSchedule : <code key="schedule">{schedule}</code>],
          [texts.zone, timezone],
          [texts.registered, <Time key="registered" at={registeredAt} />],
          [texts.registeredBy, registered && <Text key="by">{registered.viewer}</Text>],
          [texts.reason, state.reason && <Text key="reason">{state.reason}</Text>],
          [texts.by, state.saidBy && <Text key="saidBy">{state.saidBy}</Text>],
          [texts.since, state.saidAt && <Time key="saidAt" at={state.saidAt} />],
        ]}
      />
    </Section>
  );
}
