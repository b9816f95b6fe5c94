import type { ReactNode } from 'react';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Duration, Nothing, Time } from '../../parts/Time.tsx';
import { type Column, Table } from '../../parts/table/Table.tsx';
import { taskViewTexts } from '../../texts/tasks.ts';
import { readable } from '../../texts/words.ts';
import type { Task } from './task.ts';

const texts = taskViewTexts.attempts;

const columns: readonly Column<Task['attempts'][number]>[] = [
  { name: texts.number, cell: ({ number }) => number },
  { name: texts.ended, cell: ({ endedBy }) => (endedBy === null ? <Nothing /> : readable(endedBy)) },
  { name: texts.code, cell: ({ exitCode, signal }) => exitCode ?? signal ?? <Nothing /> },
  { name: texts.duration, cell: ({ durationMs }) => <Duration ms={durationMs} /> },
  { name: texts.started, cell: ({ startedAt }) => <Time at={startedAt} /> },
  { name: texts.worker, cell: ({ worker }) => <Text>{worker}</Text> },
];

/** The attempts at a task, in order. */
export function Attempts({ attempts }: { attempts: Task['attempts'] }): ReactNode {
  return (
    <Section title={texts.title}>
      <Table columns={columns} rows={attempts} keyOf={({ id }) => id} label={texts.title} none={texts.none} />
    </Section>
  );
}
