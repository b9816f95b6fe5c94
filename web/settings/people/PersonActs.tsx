import { type ReactNode, useState } from 'react';
import type { TypedDocumentString } from '../../generated/graphql.ts';
import {
  EndDelegationOfDocument,
  EndSessionsOfDocument,
  ForgetOnePersonDocument,
  RemoveOnePersonDocument,
  UnlinkAccountDocument,
} from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { CheckField } from '../../parts/act/Field.tsx';
import { type Done, useAct } from '../../parts/act/useAct.ts';
import { peopleTexts as texts } from '../../texts/people.ts';
import { nameOf, type PersonAct } from './person.ts';
import { RolesDialog } from './RolesDialog.tsx';

/** The dialog in which something is done about a person. `onDone` is told what came of it. */
export default function PersonActs({
  act,
  ...ways
}: {
  act: PersonAct;
  onDone: (lines: readonly string[]) => void;
  onClose: () => void;
}): ReactNode {
  if (act.act === 'roles') return <RolesDialog person={act.person} {...ways} />;
  if (act.act === 'unlink') {
    const { label, databaseId } = act.account;
    return (
      <Ask
        {...ways}
        document={UnlinkAccountDocument}
        title={texts.accounts.unlinkTitle(label)}
        text={texts.accounts.unlinkText}
        confirm={texts.accounts.unlink}
        variablesOf={() => ({ input: { principal: String(databaseId) } })}
        linesOf={() => [texts.accounts.done(label)]}
      />
    );
  }
  const { person } = act;
  const name = nameOf(person);
  const key = String(person.databaseId);
  if (act.act === 'endDelegation')
    return (
      <Ask
        {...ways}
        document={EndDelegationOfDocument}
        title={texts.delegates.endTitle(act.delegate)}
        text={texts.delegates.endText}
        confirm={texts.delegates.end}
        variablesOf={() => ({ input: { from: key, to: act.delegate } })}
        linesOf={() => [texts.delegates.done]}
      />
    );
  if (act.act === 'signOut')
    return (
      <Ask
        {...ways}
        document={EndSessionsOfDocument}
        title={texts.signOut.title(name)}
        text={texts.signOut.text}
        confirm={texts.signOut.button}
        variablesOf={() => ({ input: { of: name } })}
        linesOf={() => [texts.signOut.done]}
      />
    );
  if (act.act === 'remove')
    return (
      <Ask
        {...ways}
        document={RemoveOnePersonDocument}
        title={texts.remove.title(name)}
        text={texts.remove.text}
        confirm={texts.remove.button}
        variablesOf={(lastAdmin) => ({ input: { person: key, ...(lastAdmin && { lastAdmin }) } })}
        linesOf={() => [texts.remove.done(name)]}
      />
    );
  return (
    <Ask
      {...ways}
      document={ForgetOnePersonDocument}
      title={texts.forget.title(name)}
      text={texts.forget.text}
      confirm={texts.forget.button}
      typed={name}
      variablesOf={(lastAdmin) => ({ input: { person: key, ...(lastAdmin && { lastAdmin }) } })}
      linesOf={({ person: number, left }) => [
        texts.forget.done(name, number),
        ...(left.length === 0 ? [] : [texts.forget.left, ...left]),
      ]}
    />
  );
}

function Ask<Result extends object, Variables>({
  document,
  title,
  text,
  confirm,
  typed,
  variablesOf,
  linesOf,
  onDone,
  onClose,
}: {
  document: TypedDocumentString<Result, Variables>;
  title: string;
  text: string;
  confirm: string;
  typed?: string;
  variablesOf: (lastAdmin: boolean) => Variables;
  linesOf: (done: Done<Result>) => readonly string[];
  onDone: (lines: readonly string[]) => void;
  onClose: () => void;
}): ReactNode {
  const [isLast, setLast] = useState(false);
  const { isBusy, refusal, run } = useAct(document, (done) => onDone(linesOf(done)));
  return (
    <ActDialog
      title={title}
      confirm={confirm}
      isDangerous
      {...(typed !== undefined && { typed })}
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => run(variablesOf(isLast))}
      onClose={onClose}
    >
      <p>{text}</p>
      {(isLast || refusal?.kind === 'PersonRefusedError') && (
        <CheckField label={texts.lastAdmin} isChecked={isLast} onChange={setLast} />
      )}
    </ActDialog>
  );
}
