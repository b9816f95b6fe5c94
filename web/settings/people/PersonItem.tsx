import type { ReactNode } from 'react';
import { personStateFacts } from '../../../contract/words/people.ts';
import { wordOf } from '../../../contract/words/words.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import { type Column, Table } from '../../parts/table/Table.tsx';
import { peopleTexts as texts } from '../../texts/people.ts';
import { readable } from '../../texts/words.ts';
import { Mark, type Tone } from '../Mark.tsx';
import css from '../settings.module.css';
import { describeGrants } from './grants.ts';
import { nameOf, type Person, type PersonAct } from './person.ts';

const tones: Record<Person['state'], Tone> = {
  ACTIVE: 'good',
  INVITED: 'wait',
  REMOVED: 'bad',
  FORGOTTEN: 'calm',
};

/** One person: a line, and what unfolds from it. */
export function PersonItem({
  person,
  onAct,
}: {
  person: Person;
  onAct: (act: PersonAct) => void;
}): ReactNode {
  return (
    <li>
      <details>
        <summary data-row>
          <strong>
            <Text>{nameOf(person)}</Text>
          </strong>
          <span>
            <Text>{describeGrants(person.grants) || texts.noRole}</Text>
          </span>
          <span>
            <Mark tone={tones[person.state]} title={personStateFacts[wordOf(person.state)].means}>
              {readable(person.state)}
            </Mark>
          </span>
        </summary>
        <div className={css.person}>
          <PersonFacts person={person} />
          <Buttons person={person} onAct={onAct} />
          <h3>{texts.accounts.title}</h3>
          <Table
            columns={accountColumns(onAct)}
            rows={person.principals}
            keyOf={({ databaseId }) => String(databaseId)}
            label={texts.accounts.title}
            none={texts.accounts.none}
          />
          {person.delegates.length > 0 && (
            <>
              <h3>{texts.delegates.title}</h3>
              <Table
                columns={delegateColumns(person, onAct)}
                rows={person.delegates}
                keyOf={({ delegate, until }) => `${delegate} ${until}`}
                label={texts.delegates.title}
                none=""
              />
            </>
          )}
        </div>
      </details>
    </li>
  );
}

function PersonFacts({ person }: { person: Person }): ReactNode {
  const { databaseId, createdAt, signedInAt, keyCount, sessionCount, removedAt, removedBy, mergedInto } =
    person;
  return (
    <Facts
      facts={[
        [texts.number, databaseId],
        [texts.known, <Time key="known" at={createdAt} />],
        [texts.lastSignIn, signedInAt === null ? texts.never : <Time key="signedIn" at={signedInAt} />],
        [texts.sessions, texts.many(sessionCount)],
        [texts.keys, texts.many(keyCount)],
        [
          texts.removed,
          removedAt && (
            <span key="removed">
              <Time at={removedAt} /> {removedBy !== null && <Text>{texts.by(removedBy)}</Text>}
            </span>
          ),
        ],
        [texts.merged, mergedInto && <Text key="merged">{mergedInto}</Text>],
      ]}
    />
  );
}

function Buttons({ person, onAct }: { person: Person; onAct: (act: PersonAct) => void }): ReactNode {
  if (person.state === 'FORGOTTEN') return null;
  return (
    <div className={css.rowButtons}>
      <button type="button" onClick={() => onAct({ act: 'roles', person })}>
        {texts.roles.button}
      </button>
      {person.sessionCount > 0 && (
        <button type="button" onClick={() => onAct({ act: 'signOut', person })}>
          {texts.signOut.button}
        </button>
      )}
      {person.state !== 'REMOVED' && (
        <button type="button" onClick={() => onAct({ act: 'remove', person })}>
          {texts.remove.button}
        </button>
      )}
      <button type="button" onClick={() => onAct({ act: 'forget', person })}>
        {texts.forget.button}
      </button>
    </div>
  );
}

function accountColumns(onAct: (act: PersonAct) => void): Column<Person['principals'][number]>[] {
  const names = texts.accounts;
  return [
    { name: names.account, cell: ({ label }) => <Text>{label}</Text> },
    { name: names.kind, cell: ({ kind }) => readable(kind) },
    {
      name: names.gives,
      cell: ({ grants, groups }) => {
        const given = [describeGrants(grants), ...groups].filter((one) => one !== '').join(', ');
        return given === '' ? <Nothing /> : <Text>{given}</Text>;
      },
    },
    { name: names.signedIn, cell: ({ signedInAt }) => <Time at={signedInAt} /> },
    {
      name: names.change,
      cell: (account) => (
        <div className={css.rowButtons}>
          <button
            type="button"
            aria-label={names.unlinkOf(account.label)}
            onClick={() => onAct({ act: 'unlink', account })}
          >
            {names.unlink}
          </button>
        </div>
      ),
    },
  ];
}

function delegateColumns(
  person: Person,
  onAct: (act: PersonAct) => void,
): Column<Person['delegates'][number]>[] {
  const names = texts.delegates;
  return [
    { name: names.who, cell: ({ delegate }) => (delegate === null ? <Nothing /> : <Text>{delegate}</Text>) },
    { name: names.until, cell: ({ until }) => <Time at={until} /> },
    {
      name: names.change,
      cell: ({ delegate }) =>
        delegate !== null && (
          <div className={css.rowButtons}>
            <button
              type="button"
              aria-label={names.endOf(delegate)}
              onClick={() => onAct({ act: 'endDelegation', person, delegate })}
            >
              {names.end}
            </button>
          </div>
        ),
    },
  ];
}
