import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { ThawHereDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { Field } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { actionTexts } from '../../texts/actions.ts';
import { tonightTexts } from '../../texts/tonight.ts';

const texts = tonightTexts.thaw;

/** Asks before a freeze is ended. */
export default function ThawDialog({ onClose }: { onClose: () => void }): ReactNode {
  const act = useAct(
    ThawHereDocument,
    () => {
      announce(texts.done);
      onClose();
      void readAgain();
    },
    readAgain,
  );
  const [note, setNote] = useState('');
  const submit = () => act.run({ input: { note: note.trim() || null } });
  return (
    <ActDialog
      title={texts.title}
      confirm={texts.submit}
      isBusy={act.isBusy}
      refusal={act.refusal}
      onConfirm={submit}
      onClose={onClose}
    >
      <p>{texts.text}</p>
      <Field label={actionTexts.note}>
        <input maxLength={4000} value={note} onChange={({ target }) => setNote(target.value)} />
      </Field>
    </ActDialog>
  );
}
