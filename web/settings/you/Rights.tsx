import type { ReactNode } from 'react';
import { scopeFacts } from '../../../contract/words/viewers.ts';
import { wordOf } from '../../../contract/words/words.ts';
import type { BoundFieldsFragment, Scope, YouQuery } from '../../generated/graphql.ts';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { type Column, Table } from '../../parts/table/Table.tsx';
import { youTexts as texts } from '../../texts/settings.ts';

interface Right {
  scope: Scope;
  bounds: string[];
}

const columns: readonly Column<Right>[] = [
  { name: texts.scope, cell: ({ scope }) => <code>{wordOf(scope)}</code> },
  { name: texts.means, cell: ({ scope }) => scopeFacts[wordOf(scope)].means.replaceAll('`', '') },
  {
    name: texts.only,
    cell: ({ bounds }) =>
      bounds.length === 0 ? (
        <span className="muted">{texts.everywhere}</span>
      ) : (
        <Text>{bounds.join('; ')}</Text>
      ),
  },
];

/** What somebody may do, and where. */
export function Rights({ viewer }: { viewer: YouQuery['viewer'] }): ReactNode {
  const rows = viewer.scopes.map((scope) => ({
    scope,
    // Reading covers the whole server.
    bounds:
      scope === 'READ'
        ? []
        : [
            viewer.bounds,
            ...viewer.roleBounds.filter((of) => of.scope === scope).map((of) => of.bounds),
          ].flatMap(describeBounds),
  }));
  return (
    <Section title={texts.may}>
      <Table
        columns={columns}
        rows={rows}
        keyOf={({ scope }) => scope}
        label={texts.may}
        none={texts.nothing}
      />
    </Section>
  );
}

function describeBounds(bounds: BoundFieldsFragment | null): string[] {
  return (['projects', 'plans', 'labels', 'tasks'] as const).flatMap((list) => {
    const names = bounds?.[list];
    return names ? [`${texts.bounds[list]} ${names.join(', ') || texts.none}`] : [];
  });
}
