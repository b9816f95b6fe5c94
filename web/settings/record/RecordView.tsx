import { type ReactNode, useMemo } from 'react';
import { Link } from 'react-router';
import { RecordPageDocument, type RecordPageQuery } from '../../generated/graphql.ts';
import { FilterBar } from '../../parts/filters/FilterBar.tsx';
import type { FilterValues } from '../../parts/filters/fields.ts';
import { type Filters, useFilters } from '../../parts/filters/useFilters.ts';
import { Section } from '../../parts/Section.tsx';
import { Empty } from '../../parts/states/Empty.tsx';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import type { Column } from '../../parts/table/Table.tsx';
import { recordTexts as texts } from '../../texts/record.ts';
import { settingsTexts } from '../../texts/settings.ts';
import { readable } from '../../texts/words.ts';
import { Head } from '../Head.tsx';
import { Mark, type Tone } from '../Mark.tsx';
import { PagedTable } from '../PagedTable.tsx';
import { usePages } from '../usePages.ts';
import { RecordCsv } from './RecordCsv.tsx';
import { isImpossible, onlyOne, recordFields, recordFilterOf, wishOf } from './recordFilters.ts';

type Entry = RecordPageQuery['decisions']['nodes'][number];

const tones: Record<Entry['outcome'], Tone> = {
  DECIDED: 'good',
  DONE: 'good',
  VOTED: 'wait',
  REPEATED: 'calm',
  REFUSED: 'bad',
};

const names = texts.columns;

const columns: readonly Column<Entry>[] = [
  { name: names.at, cell: ({ decidedAt }) => <Time at={decidedAt} /> },
  {
    name: names.who,
    cell: ({ viewer, actingFor }) => (
      <Text>{actingFor === null ? viewer : `${viewer} ${texts.actingFor(actingFor)}`}</Text>
    ),
  },
  { name: names.action, cell: ({ action }) => readable(action) },
  { name: names.about, cell: (entry) => <About entry={entry} /> },
  {
    name: names.outcome,
    cell: ({ outcome }) => <Mark tone={tones[outcome]}>{readable(outcome)}</Mark>,
  },
  {
    name: names.via,
    cell: ({ via, address }) => (
      <span>
        {readable(via)} {address !== null && <Text>{texts.from(address)}</Text>}
      </span>
    ),
  },
  {
    name: names.note,
    cell: ({ note, refusal }) => {
      const said = [note, refusal].filter(Boolean).join(' ');
      return said === '' ? <Nothing /> : <Text>{said}</Text>;
    },
  },
];

/** `/settings/record`: the record of decisions and of access. */
export function Component(): ReactNode {
  const filters = useOnlyOne(useFilters(recordFields));
  const { values } = filters;
  const wish = useMemo(() => wishOf(values), [values]);
  const cannotMatch = isImpossible(values, wish);
  const list = usePages(RecordPageDocument, { filter: recordFilterOf(wish) }, ({ decisions }) => decisions, {
    enabled: !cannotMatch,
  });
  const hasFilter = Object.values(values).some((chosen) => chosen.length > 0);
  return (
    <>
      <Head title={settingsTexts.views.record} />
      <p className="muted">{texts.text}</p>
      <FilterBar fields={recordFields} filters={filters} time={names.at}>
        {!cannotMatch && <RecordCsv wish={wish} />}
      </FilterBar>
      <Section title={settingsTexts.views.record}>
        <PagedTable
          list={cannotMatch ? { ...list, rows: [] } : list}
          columns={columns}
          keyOf={({ id }) => id}
          label={settingsTexts.views.record}
          noun={texts.noun}
          nouns={texts.nouns}
          none={<Empty {...(hasFilter ? texts.noMatch : texts.none)} />}
        />
      </Section>
    </>
  );
}

/** Has another value of what is asked for one at a time take the place of the last one. */
function useOnlyOne(filters: Filters<typeof recordFields>): Filters<typeof recordFields> {
  const values = useMemo(() => keepLast(filters.values), [filters.values]);
  return { ...filters, values, set: (some) => filters.set(keepLast(some)) };
}

function keepLast<Some extends Partial<FilterValues<typeof recordFields>>>(values: Some): Some {
  const last = onlyOne.flatMap((flag) =>
    values[flag] === undefined ? [] : [[flag, values[flag].slice(-1)]],
  );
  return { ...values, ...Object.fromEntries(last) };
}

function About({ entry: { task, taskDatabaseId, runId, subject } }: { entry: Entry }): ReactNode {
  if (taskDatabaseId !== null)
    return (
      <Link to={`/tasks/${taskDatabaseId}`}>
        <Text>{`${task ?? ''} #${taskDatabaseId}`.trim()}</Text>
      </Link>
    );
  const text = subject ?? runId;
  return text === null ? <Nothing /> : <Text>{text}</Text>;
}
