import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { useAct } from '../../data/useAct.ts';
import { ThawHereDocument } from '../../generated/graphql.ts';
import { ActionDialog } from '../../parts/action/ActionDialog.tsx';
import { Field } from '../../parts/action/Field.tsx';
import { announce } from '../../parts/announce.ts';
import { actionTexts } from '../../texts/actions.ts';
import { tonightTexts } from '../../texts/tonight.ts';

const texts = tonightTexts.thaw;

/** Asks before a freeze is ended. */
export default function ThawDialog({ onClose }: { onClose: () => void }): ReactNode {
  const act = useAct(ThawHereDocument);
  const [note, setNote] = useState('');
  const submit = async () => {
    const answer = await act.send({ input: { note: note.trim() || null } });
    if (answer === undefined) return;
    const { thaw: result } = answer;
    void readAgain();
    if (result.__typename !== 'ThawedServer') return act.refuse(result.message);
    announce(texts.done);
    onClose();
  };
  return (
    <ActionDialog title={texts.title} submit={texts.submit} act={act} onSubmit={submit} onClose={onClose}>
      <p>{texts.text}</p>
      <Field label={actionTexts.note}>
        <input maxLength={4000} value={note} onChange={({ target }) => setNote(target.value)} />
      </Field>
    </ActionDialog>
  );
}
