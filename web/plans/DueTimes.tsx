import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DueRowFragment } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { Text } from '../parts/Text.tsx';
import { Nothing, Time } from '../parts/Time.tsx';
import { type Column, Table } from '../parts/table/Table.tsx';
import { planTexts } from '../texts/plans.ts';
import { labelOf, pathOf } from './planLabel.ts';
import { OutcomeMark } from './planMark.tsx';

const texts = planTexts.due;

const at: Column<DueRowFragment> = { name: texts.at, cell: ({ dueAt }) => <Time at={dueAt} /> };
const plan: Column<DueRowFragment> = {
  name: texts.plan,
  cell: (row) => (
    <Link to={pathOf(row)}>
      <Text>{labelOf(row)}</Text>
    </Link>
  ),
};
const rest: readonly Column<DueRowFragment>[] = [
  { name: texts.outcome, cell: ({ outcome }) => <OutcomeMark outcome={outcome} /> },
  {
    name: texts.run,
    cell: ({ runId }) =>
      runId === null ? (
        <Nothing />
      ) : (
        <Link to={`/runs/${encodeURIComponent(runId)}`}>
          <Text>{runId}</Text>
        </Link>
      ),
  },
  { name: texts.reason, cell: ({ reason }) => (reason === null ? <Nothing /> : <Text>{reason}</Text>) },
];

/** What became of due times, latest first. */
export function DueTimes({ rows, ofOne }: { rows: readonly DueRowFragment[]; ofOne: boolean }): ReactNode {
  return (
    <Section title={texts.title}>
      <Table
        columns={ofOne ? [at, ...rest] : [at, plan, ...rest]}
        rows={rows}
        keyOf={({ id }) => id}
        label={texts.title}
        none={texts.none}
      />
    </Section>
  );
}
