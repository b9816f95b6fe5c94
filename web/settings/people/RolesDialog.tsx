import { type ReactNode, useRef, useState } from 'react';
import { type Role, roleFacts, roles } from '../../../contract/words/people.ts';
import { graphqlName, wordOf } from '../../../contract/words/words.ts';
import { SetRolesDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import css from '../../parts/act/act.module.css';
import { CheckField, TextField } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { peopleTexts } from '../../texts/people.ts';
import { nameOf, type Person } from './person.ts';

const texts = peopleTexts.roles;

interface Row {
  key: number;
  role: Role;
  project: string;
}

/** Sets all roles of a person, or adds somebody with theirs. */
export function RolesDialog({
  person,
  onDone,
  onClose,
}: {
  person: Person | undefined;
  onDone: (lines: readonly string[]) => void;
  onClose: () => void;
}): ReactNode {
  const [name, setName] = useState('');
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(person));
  const nextKey = useRef(rows.length);
  const [isLast, setLast] = useState(false);
  const shown = person ? nameOf(person) : name.trim();
  const { isBusy, refusal, run } = useAct(SetRolesDocument, () => onDone([texts.done(shown)]));
  const save = () =>
    run({
      input: {
        person: person ? String(person.databaseId) : name.trim(),
        grants: rows.map(({ role, project }) => ({
          role: graphqlName(role),
          ...(project.trim() !== '' && role !== 'admin' && { project: project.trim() }),
        })),
        ...(isLast && { lastAdmin: true }),
      },
    });
  const change = (key: number, some: Partial<Row>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...some } : row)));
  return (
    <ActDialog
      title={person ? texts.title(nameOf(person)) : texts.addTitle}
      confirm={texts.save}
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={save}
      onClose={onClose}
    >
      {!person && (
        <TextField label={texts.person} hint={texts.personHint} value={name} onChange={setName} isRequired />
      )}
      <fieldset className={css.group}>
        <legend>{texts.legend}</legend>
        {rows.length === 0 && <p className="muted">{texts.none}</p>}
        {rows.map((row) => (
          <div key={row.key} className={css.grant}>
            <select
              aria-label={texts.role}
              value={row.role}
              title={roleFacts[row.role].means}
              onChange={({ target }) => change(row.key, { role: target.value as Role })}
            >
              {roles.map((role) => (
                <option key={role} value={role}>
                  {role}
                </option>
              ))}
            </select>
            <input
              aria-label={texts.project}
              placeholder={texts.wholeServer}
              autoComplete="off"
              spellCheck={false}
              disabled={row.role === 'admin'}
              value={row.role === 'admin' ? '' : row.project}
              onChange={({ target }) => change(row.key, { project: target.value })}
            />
            <button
              type="button"
              aria-label={texts.remove}
              title={texts.remove}
              onClick={() => setRows(rows.filter(({ key }) => key !== row.key))}
            >
              <span aria-hidden="true">×</span>
            </button>
          </div>
        ))}
        <div>
          <button
            type="button"
            onClick={() => {
              setRows([...rows, { key: nextKey.current, role: 'viewer', project: '' }]);
              nextKey.current += 1;
            }}
          >
            {texts.add}
          </button>
        </div>
      </fieldset>
      {(isLast || refusal?.kind === 'PersonRefusedError') && (
        <CheckField label={peopleTexts.lastAdmin} isChecked={isLast} onChange={setLast} />
      )}
    </ActDialog>
  );
}

function rowsOf(person: Person | undefined): Row[] {
  if (person === undefined) return [{ key: 0, role: 'viewer', project: '' }];
  return person.grants.map(({ role, project }, key) => ({ key, role: wordOf(role), project: project ?? '' }));
}
