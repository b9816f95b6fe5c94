import type { ReactNode } from 'react';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import { type Column, Table } from '../../parts/table/Table.tsx';
import { taskViewTexts } from '../../texts/tasks.ts';
import { readable } from '../../texts/words.ts';
import type { Task } from './task.ts';

const texts = taskViewTexts.decisions;

const columns: readonly Column<Task['decisions'][number]>[] = [
  { name: texts.at, cell: ({ decidedAt }) => <Time at={decidedAt} /> },
  {
    name: texts.who,
    cell: ({ viewer, actingFor }) => (
      <Text>{actingFor === null ? viewer : `${viewer} ${texts.actingFor(actingFor)}`}</Text>
    ),
  },
  { name: texts.action, cell: ({ action }) => readable(action) },
  { name: texts.outcome, cell: ({ outcome }) => readable(outcome) },
  { name: texts.via, cell: ({ via }) => readable(via) },
  {
    name: texts.note,
    cell: ({ note, refusal }) => {
      const said = [note, refusal].filter(Boolean).join(' ');
      return said === '' ? <Nothing /> : <Text>{said}</Text>;
    },
  },
];

/** What was decided about a task, refused attempts too. */
export function Decisions({ decisions }: { decisions: Task['decisions'] }): ReactNode {
  return (
    <Section title={texts.title}>
      <Table
        columns={columns}
        rows={decisions}
        keyOf={({ id }) => id}
        label={texts.title}
        none={texts.none}
      />
    </Section>
  );
}
