import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { FreezeHereDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { Field } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { tonightTexts } from '../../texts/tonight.ts';

const texts = tonightTexts.freeze;

/** Asks before the whole server is frozen, and why. */
export default function FreezeDialog({ onClose }: { onClose: () => void }): ReactNode {
  const act = useAct(
    FreezeHereDocument,
    () => {
      announce(texts.done);
      onClose();
      void readAgain();
    },
    readAgain,
  );
  const [why, setWhy] = useState('');
  const submit = () => act.run({ input: { why: why.trim() } });
  return (
    <ActDialog
      title={texts.title}
      confirm={texts.submit}
      isDangerous
      isBusy={act.isBusy}
      refusal={act.refusal}
      onConfirm={submit}
      onClose={onClose}
    >
      <p>{texts.text}</p>
      <Field label={texts.why} hint={texts.whyHint}>
        <input required maxLength={500} value={why} onChange={({ target }) => setWhy(target.value)} />
      </Field>
    </ActDialog>
  );
}
