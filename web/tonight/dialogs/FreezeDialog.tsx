import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { useAct } from '../../data/useAct.ts';
import { FreezeHereDocument } from '../../generated/graphql.ts';
import { ActionDialog } from '../../parts/action/ActionDialog.tsx';
import { Field } from '../../parts/action/Field.tsx';
import { announce } from '../../parts/announce.ts';
import { tonightTexts } from '../../texts/tonight.ts';

const texts = tonightTexts.freeze;

/** Asks before the whole server is frozen, and why. */
export default function FreezeDialog({ onClose }: { onClose: () => void }): ReactNode {
  const act = useAct(FreezeHereDocument);
  const [why, setWhy] = useState('');
  const submit = async () => {
    const answer = await act.send({ input: { why: why.trim() } });
    if (answer === undefined) return;
    const { freeze: result } = answer;
    void readAgain();
    if (result.__typename !== 'Freeze') return act.refuse(result.message);
    announce(texts.done);
    onClose();
  };
  return (
    <ActionDialog
      title={texts.title}
      submit={texts.submit}
      isDangerous
      act={act}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>{texts.text}</p>
      <Field label={texts.why} hint={texts.whyHint}>
        <input required maxLength={500} value={why} onChange={({ target }) => setWhy(target.value)} />
      </Field>
    </ActionDialog>
  );
}
