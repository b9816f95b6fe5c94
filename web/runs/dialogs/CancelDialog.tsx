import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { CancelRunHereDocument, type RunRowFragment } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { Field } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { actionTexts } from '../../texts/actions.ts';
import { runViewTexts } from '../../texts/runs.ts';

const texts = runViewTexts.cancel;

/** Asks before a run is cancelled. */
export default function CancelDialog({
  run: { runId, counts },
  onClose,
}: {
  run: RunRowFragment;
  onClose: () => void;
}): ReactNode {
  const act = useAct(CancelRunHereDocument, () => {
    announce(texts.done(runId));
    onClose();
    void readAgain();
  });
  const [note, setNote] = useState('');
  const submit = () => act.run({ input: { runId, note: note.trim() || null } });
  return (
    <ActDialog
      title={texts.title(runId)}
      confirm={texts.submit}
      isDangerous
      isBusy={act.isBusy}
      refusal={act.refusal}
      onConfirm={submit}
      onClose={onClose}
    >
      <p>{texts.text(counts.running, counts.queued)}</p>
      <Field label={actionTexts.note} hint={actionTexts.noteHint}>
        <textarea rows={2} maxLength={4000} value={note} onChange={({ target }) => setNote(target.value)} />
      </Field>
    </ActDialog>
  );
}
