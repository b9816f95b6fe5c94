import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { OutputLink, Text } from '../../parts/Text.tsx';
import { Duration, Time } from '../../parts/Time.tsx';
import { taskViewTexts as texts } from '../../texts/tasks.ts';
import type { Task } from './task.ts';

/** Where a task belongs, when it ran, and what it made. */
export function Summary({ task }: { task: Task }): ReactNode {
  const { plan, project, startedBy } = task.run;
  return (
    <Section title={texts.facts}>
      <Facts
        facts={[
          [
            texts.run,
            <Link key="run" to={`/runs/${encodeURIComponent(task.runId)}`}>
              <Text>{task.runId}</Text>
            </Link>,
          ],
          [texts.plan, plan && <Text key="plan">{project === null ? plan : `${project}:${plan}`}</Text>],
          [texts.startedBy, startedBy && <Text key="by">{startedBy}</Text>],
          [texts.recorded, <Time key="recorded" at={task.createdAt} />],
          [texts.started, task.startedAt && <Time key="started" at={task.startedAt} />],
          [texts.finished, task.finishedAt && <Time key="finished" at={task.finishedAt} />],
          [texts.duration, task.durationMs !== null && <Duration key="duration" ms={task.durationMs} />],
          [texts.output, task.outputsUri && <OutputLink key="output" uri={task.outputsUri} />],
        ]}
      />
    </Section>
  );
}
