import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { personStates, roles } from '../../../contract/words/people.ts';
import { graphqlName, spaced } from '../../../contract/words/words.ts';
import { mayDo, useViewer } from '../../data/useViewer.ts';
import { PeoplePageDocument, type PersonFilter } from '../../generated/graphql.ts';
import { announce } from '../../parts/announce.ts';
import { FilterBar } from '../../parts/filters/FilterBar.tsx';
import type { FilterFields, FilterValues } from '../../parts/filters/fields.ts';
import { useFilters } from '../../parts/filters/useFilters.ts';
import { Section } from '../../parts/Section.tsx';
import { Empty } from '../../parts/states/Empty.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Text } from '../../parts/Text.tsx';
import { LoadMore } from '../../parts/table/LoadMore.tsx';
import { peopleTexts as texts } from '../../texts/people.ts';
import { settingsTexts } from '../../texts/settings.ts';
import { Head } from '../Head.tsx';
import css from '../settings.module.css';
import { type Pages, usePages } from '../usePages.ts';
import { PersonItem } from './PersonItem.tsx';
import type { Person, PersonAct } from './person.ts';

const WaitingAccounts = lazy(() => import('./WaitingAccounts.tsx'));
const PersonActs = lazy(() => import('./PersonActs.tsx'));

function readWords<Word extends string>(words: readonly Word[]): Record<Word, string> {
  return Object.fromEntries(words.map((word) => [word, spaced(word)])) as Record<Word, string>;
}

const fields = {
  name: { kind: 'texts', label: texts.fields.name },
  role: { kind: 'words', label: texts.fields.role, words: roles, read: readWords(roles) },
  state: { kind: 'words', label: texts.fields.state, words: personStates, read: readWords(personStates) },
} as const satisfies FilterFields;

/** `/settings/people`: whom the server knows, for admins. */
export function Component(): ReactNode {
  const viewer = useViewer();
  if (viewer !== undefined && mayDo(viewer, 'ADMIN')) return <People />;
  return (
    <>
      <Head title={settingsTexts.views.people} />
      {viewer === undefined ? <Loading rows={6} /> : <Empty {...settingsTexts.adminsOnly} />}
    </>
  );
}

function People(): ReactNode {
  const filters = useFilters(fields);
  const filter = useMemo(() => filterOf(filters.values), [filters.values]);
  const list = usePages(PeoplePageDocument, { filter }, ({ people }) => people, { first: 25 });
  const [act, setAct] = useState<PersonAct>();
  const [done, setDone] = useState<readonly string[]>([]);
  const onDone = (lines: readonly string[]) => {
    setAct(undefined);
    setDone(lines);
    announce(lines.join(' '));
    list.readAgain();
  };
  return (
    <>
      <Head title={settingsTexts.views.people}>
        <button type="button" className="primary" onClick={() => setAct({ act: 'roles' })}>
          {texts.add}
        </button>
      </Head>
      {done.map((line) => (
        <p key={line}>
          <Text>{line}</Text>
        </p>
      ))}
      <Suspense
        fallback={
          <Section title={texts.waiting.title}>
            <Loading rows={1} />
          </Section>
        }
      >
        <WaitingAccounts onLinked={(text) => onDone([text])} />
      </Suspense>
      <FilterBar fields={fields} filters={filters} />
      <Section title={texts.title}>
        <List list={list} hasFilter={Object.keys(filter).length > 0} onAct={setAct} />
      </Section>
      {act && (
        <Suspense>
          <PersonActs act={act} onDone={onDone} onClose={() => setAct(undefined)} />
        </Suspense>
      )}
    </>
  );
}

function List({
  list: { rows, error, readAgain, hasMore, isLoadingMore, loadMore },
  hasFilter,
  onAct,
}: {
  list: Pages<Person>;
  hasFilter: boolean;
  onAct: (act: PersonAct) => void;
}): ReactNode {
  if (rows === undefined) return error ? <Problem error={error} onRetry={readAgain} /> : <Loading rows={4} />;
  if (rows.length === 0)
    return hasFilter ? <p className="muted">{texts.noMatch}</p> : <Empty {...texts.none} />;
  return (
    <div>
      <ul className={css.people}>
        {rows.map((person) => (
          <PersonItem key={person.databaseId} person={person} onAct={onAct} />
        ))}
      </ul>
      <div className={css.end}>
        <LoadMore
          shown={rows.length}
          noun={texts.noun}
          nouns={texts.nouns}
          hasMore={hasMore}
          isLoading={isLoadingMore}
          onMore={loadMore}
        />
      </div>
    </div>
  );
}

/** The last name and role that are chosen count, since the API takes one of each. */
function filterOf(values: FilterValues<typeof fields>): PersonFilter {
  const name = values.name.at(-1);
  const role = values.role.at(-1) as (typeof roles)[number] | undefined;
  return {
    ...(name !== undefined && { label: name }),
    ...(role !== undefined && { role: graphqlName(role) }),
    ...(values.state.length > 0 && {
      states: (values.state as readonly (typeof personStates)[number][]).map(graphqlName),
    }),
  };
}
