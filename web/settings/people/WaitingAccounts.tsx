import { type ReactNode, useState } from 'react';
import {
  type AccountRowFragment,
  LinkAccountDocument,
  WaitingAccountsDocument,
} from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { TextField } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import type { Column } from '../../parts/table/Table.tsx';
import { peopleTexts } from '../../texts/people.ts';
import { readable } from '../../texts/words.ts';
import { PagedTable } from '../PagedTable.tsx';
import css from '../settings.module.css';
import { usePages } from '../usePages.ts';

const texts = peopleTexts.waiting;

/** The accounts that wait until somebody says whose they are. */
export default function WaitingAccounts({ onLinked }: { onLinked: (text: string) => void }): ReactNode {
  const [linking, setLinking] = useState<AccountRowFragment>();
  const list = usePages(WaitingAccountsDocument, {}, ({ waitingPrincipals }) => waitingPrincipals);
  return (
    <Section title={texts.title}>
      <PagedTable
        list={list}
        columns={columnsFor(setLinking)}
        keyOf={({ databaseId }) => String(databaseId)}
        label={texts.title}
        noun={texts.noun}
        none={texts.none}
      />
      {linking && (
        <LinkDialog
          account={linking}
          onDone={(text) => {
            setLinking(undefined);
            list.readAgain();
            onLinked(text);
          }}
          onClose={() => setLinking(undefined)}
        />
      )}
    </Section>
  );
}

function columnsFor(onLink: (account: AccountRowFragment) => void): Column<AccountRowFragment>[] {
  return [
    { name: texts.account, cell: ({ label }) => <Text>{label}</Text> },
    { name: texts.kind, cell: ({ kind }) => readable(kind) },
    {
      name: texts.likely,
      cell: ({ likelyPerson }) => (likelyPerson === null ? <Nothing /> : <Text>{likelyPerson}</Text>),
    },
    { name: texts.since, cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      name: texts.change,
      cell: (account) => (
        <div className={css.rowButtons}>
          <button type="button" aria-label={texts.linkOf(account.label)} onClick={() => onLink(account)}>
            {texts.link}
          </button>
        </div>
      ),
    },
  ];
}

function LinkDialog({
  account,
  onDone,
  onClose,
}: {
  account: AccountRowFragment;
  onDone: (text: string) => void;
  onClose: () => void;
}): ReactNode {
  const [person, setPerson] = useState(account.likelyPerson ?? '');
  const { isBusy, refusal, run } = useAct(LinkAccountDocument, ({ label }) =>
    onDone(texts.done(account.label, label ?? person)),
  );
  return (
    <ActDialog
      title={texts.linkTitle(account.label)}
      confirm={texts.confirm}
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => run({ input: { principal: String(account.databaseId), person: person.trim() } })}
      onClose={onClose}
    >
      <p>{texts.linkText}</p>
      <TextField
        label={texts.person}
        hint={texts.personHint}
        value={person}
        onChange={setPerson}
        isRequired
      />
    </ActDialog>
  );
}
