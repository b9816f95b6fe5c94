import { type ReactNode, useState } from 'react';
import { keyBounds } from '../../../contract/words/keys.ts';
import { scopeFacts, scopes } from '../../../contract/words/viewers.ts';
import { graphqlName } from '../../../contract/words/words.ts';
import { mayDo, type PageViewer } from '../../data/useViewer.ts';
import {
  MakeKeyDocument,
  type MakeKeyMutationVariables,
  type ShownKeyFragment,
} from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import css from '../../parts/act/act.module.css';
import { CheckField, ChoiceField, TextField } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { keyTexts as texts } from '../../texts/keys.ts';
import { FreshSignIn, wantsFreshSignIn } from './FreshSignIn.tsx';
import type { KeyDraft } from './keyDraft.ts';

const dayMs = 86_400_000;

/** Makes a key. Where a fresh sign-in is needed, it leads there and back with what was written. */
export function MakeKeyDialog({
  viewer,
  draft: first,
  isFirst,
  onMade,
  onClose,
}: {
  viewer: PageViewer;
  draft: KeyDraft;
  /** Whether it is the first key of the server. */
  isFirst: boolean;
  onMade: (made: ShownKeyFragment) => void;
  onClose: () => void;
}): ReactNode {
  const [draft, setDraft] = useState(first);
  const [hasNoScope, setNoScope] = useState(false);
  const change = (some: Partial<KeyDraft>) => setDraft((now) => ({ ...now, ...some }));
  const isAdmin = mayDo(viewer, 'ADMIN');
  const canOwn = viewer.kind === 'PERSON';
  const isOwn = canOwn && (draft.isOwn || !isAdmin);
  const { isBusy, refusal, run } = useAct(MakeKeyDocument, (made) => {
    announce(texts.made);
    onMade(made);
  });
  const offered = scopes.filter((scope) => !isOwn || mayDo(viewer, graphqlName(scope)));
  const create = () => {
    const isEmpty = draft.scopes.every((scope) => !offered.includes(scope));
    setNoScope(isEmpty);
    if (isEmpty) announce(texts.noScope);
    else
      run({
        input: inputOf({ ...draft, isOwn, scopes: draft.scopes.filter((one) => offered.includes(one)) }),
      });
  };
  const isStale = wantsFreshSignIn(refusal, viewer);
  return (
    <ActDialog
      title={texts.title}
      confirm={texts.create}
      isBusy={isBusy}
      refusal={hasNoScope ? { text: texts.noScope, issues: [] } : refusal}
      said={isStale && !hasNoScope ? <FreshSignIn draft={{ ...draft, isOwn }} /> : undefined}
      onConfirm={create}
      onClose={onClose}
    >
      {isFirst && !isOwn && <p>{texts.firstKey}</p>}
      {canOwn && isAdmin && (
        <ChoiceField
          label={texts.whoseField}
          value={isOwn ? 'own' : 'service'}
          choices={[
            ['own', texts.forYou],
            ['service', texts.forService],
          ]}
          onChange={(value) => change({ isOwn: value === 'own' })}
        />
      )}
      <TextField
        label={texts.name}
        hint={texts.nameHint}
        value={draft.name}
        onChange={(name) => change({ name })}
        isRequired
      />
      <fieldset className={css.group}>
        <legend>{texts.scopes}</legend>
        {offered.map((scope) => (
          <CheckField
            key={scope}
            label={scope}
            hint={scopeFacts[scope].means.replaceAll('`', '')}
            isChecked={draft.scopes.includes(scope)}
            onChange={(isChecked) =>
              change({
                scopes: scopes.filter((one) => (one === scope ? isChecked : draft.scopes.includes(one))),
              })
            }
          />
        ))}
      </fieldset>
      <ChoiceField
        label={texts.expires}
        value={draft.days}
        choices={lifeChoices}
        onChange={(days) => change({ days })}
      />
      <details className={css.more} open={keyBounds.some((bound) => first.bounds[bound] !== '')}>
        <summary>{texts.bounds}</summary>
        <div className={css.group}>
          {keyBounds.map((bound) => (
            <TextField
              key={bound}
              label={texts.boundFields[bound][0]}
              hint={texts.boundFields[bound][1]}
              value={draft.bounds[bound]}
              onChange={(text) => change({ bounds: { ...draft.bounds, [bound]: text } })}
            />
          ))}
        </div>
      </details>
    </ActDialog>
  );
}

/** For how many days a key can work; 0 for ever. */
export const lifeChoices = ([7, 30, 90, 365, 0] as const).map(
  (days) => [String(days), texts.lives[days]] as const,
);

/** Reads a choice of days as what the API takes: milliseconds, null for ever. */
export function lifeOf(days: string): number | null {
  const count = Number(days);
  return count > 0 ? count * dayMs : null;
}

function inputOf({ isOwn, name, scopes: chosen, days, bounds }: KeyDraft): MakeKeyMutationVariables['input'] {
  const lists = keyBounds.flatMap((bound) => {
    const names = bounds[bound].split(/[,\n]/).map((one) => one.trim());
    const given = names.filter((one) => one !== '');
    return given.length === 0 ? [] : [[bound, given] as const];
  });
  return {
    name: name.trim(),
    scopes: chosen.map(graphqlName),
    expiresInMs: lifeOf(days),
    ...(isOwn && { person: true }),
    ...Object.fromEntries(lists),
  };
}
