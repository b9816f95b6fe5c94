import type { ReactNode } from 'react';
import { Facts } from '../parts/Facts.tsx';
import { Section } from '../parts/Section.tsx';
import { Text } from '../parts/Text.tsx';
import { Time } from '../parts/Time.tsx';
import { planTexts as texts } from '../texts/plans.ts';
import type { Plan } from './plan.ts';
import { usePlanContent } from './usePlanContent.ts';

/** When a plan runs, who registered it, and who changed whether it runs. */
export function PlanFacts({ plan }: { plan: Plan }): ReactNode {
  const { content, origins } = usePlanContent(plan);
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
          [texts.registeredBy, content?.registeredBy && <Text key="by">{content.registeredBy}</Text>],
          [texts.path, content?.path && <Text key="path">{content.path}</Text>],
          [texts.origins, origins.length > 0 && <Text key="origins">{origins.join(', ')}</Text>],
          [texts.concurrency, content?.concurrency],
          [
            texts.unclaimed,
            content && texts.unclaimedAfter(content.unclaimedAfterMs, content.unclaimedFailsMs),
          ],
          [texts.reason, state.reason && <Text key="reason">{state.reason}</Text>],
          [texts.by, state.saidBy && <Text key="saidBy">{state.saidBy}</Text>],
          [texts.since, state.saidAt && <Time key="saidAt" at={state.saidAt} />],
        ]}
      />
    </Section>
  );
}
