import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Time } from '../../parts/Time.tsx';
import { taskViewTexts } from '../../texts/tasks.ts';
import type { Task } from './task.ts';

const texts = taskViewTexts.waiting;

/** What a task waits for. */
export function Waiting({ waiting }: { waiting: NonNullable<Task['waitingFor']> }): ReactNode {
  const { reason, needs, lock, labels, until, holder } = waiting;
  return (
    <Section title={texts.title}>
      <p>
        <Text>{reason}</Text>
      </p>
      <Facts
        facts={[
          [texts.needs, needs.length > 0 && <Text key="needs">{needs.join(', ')}</Text>],
          [texts.lock, lock && <Text key="lock">{lock}</Text>],
          [
            texts.holder,
            holder && (
              <Link key="holder" to={`/tasks/${holder.databaseId}`}>
                <Text>{`${holder.task} #${holder.databaseId}`}</Text>
              </Link>
            ),
          ],
          [texts.labels, labels.length > 0 && <Text key="labels">{labels.join(', ')}</Text>],
          [texts.until, until && <Time key="until" at={until} />],
        ]}
      />
    </Section>
  );
}
