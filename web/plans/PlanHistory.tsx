import type { ReactNode } from 'react';
import { type HistoryRowFragment, PlanHistoryDocument, type PlanHistoryQuery } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { Text } from '../parts/Text.tsx';
import { Nothing, Time } from '../parts/Time.tsx';
import type { Column } from '../parts/table/Table.tsx';
import { PagedTable } from '../settings/PagedTable.tsx';
import css from '../settings/settings.module.css';
import { usePages } from '../settings/usePages.ts';
import { planTexts } from '../texts/plans.ts';
import type { Plan } from './plan.ts';
import { labelOf } from './planLabel.ts';

const texts = planTexts.history;

const columns: readonly Column<HistoryRowFragment>[] = [
  { name: texts.at, cell: ({ registeredAt }) => <Time at={registeredAt} /> },
  {
    name: texts.by,
    cell: ({ registeredBy }) => (registeredBy === null ? <Nothing /> : <Text>{registeredBy}</Text>),
  },
  { name: texts.changes, cell: (row) => <Changes row={row} /> },
  { name: texts.path, cell: ({ path }) => (path === null ? <Nothing /> : <Text>{path}</Text>) },
  { name: texts.hash, cell: ({ hash }) => <code title={hash}>{hash.slice(0, 8)}</code> },
];

/** What each content of a plan has changed, and who registered it. */
export function PlanHistory({ plan }: { plan: Plan }): ReactNode {
  const list = usePages(PlanHistoryDocument, { plan: labelOf(plan) }, contentsOf, { first: 20 });
  return (
    <Section title={texts.title}>
      <PagedTable
        list={list}
        columns={columns}
        keyOf={({ hash }) => hash}
        label={texts.title}
        noun={texts.noun}
        none={texts.none}
      />
    </Section>
  );
}

const none = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

function contentsOf({ plans }: PlanHistoryQuery): PlanHistoryQuery['plans'][number]['contents'] {
  return plans[0]?.contents ?? none;
}

function Changes({ row: { changes, changeCount } }: { row: HistoryRowFragment }): ReactNode {
  if (changes === null) return texts.first;
  if (changes.length === 0) return texts.same;
  const more = (changeCount ?? 0) - changes.length;
  return (
    <ul className={css.plain}>
      {changes.map(({ text }) => (
        <li key={text}>
          <Text>{text}</Text>
        </li>
      ))}
      {more > 0 && <li>{texts.more(more)}</li>}
    </ul>
  );
}
