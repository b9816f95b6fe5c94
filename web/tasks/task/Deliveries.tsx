import type { ReactNode } from 'react';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import { type Column, Table } from '../../parts/table/Table.tsx';
import { taskViewTexts } from '../../texts/tasks.ts';
import { readable } from '../../texts/words.ts';
import type { Task } from './task.ts';

const texts = taskViewTexts.deliveries;

const columns: readonly Column<Task['deliveries'][number]>[] = [
  { name: texts.at, cell: ({ deliveredAt, createdAt }) => <Time at={deliveredAt ?? createdAt} /> },
  { name: texts.channel, cell: ({ channel }) => readable(channel) },
  { name: texts.kind, cell: ({ kind }) => readable(kind) },
  { name: texts.to, cell: ({ recipient }) => (recipient === null ? <Nothing /> : <Text>{recipient}</Text>) },
  {
    name: texts.state,
    cell: ({ state, error }) => <Text>{[readable(state), error].filter(Boolean).join(': ')}</Text>,
  },
];

/** The notifications about a task. */
export function Deliveries({ deliveries }: { deliveries: Task['deliveries'] }): ReactNode {
  return (
    <Section title={texts.title}>
      <Table
        columns={columns}
        rows={deliveries}
        keyOf={({ id }) => id}
        label={texts.title}
        none={texts.none}
      />
    </Section>
  );
}
