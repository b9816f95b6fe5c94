import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { useAct } from '../../data/useAct.ts';
import { CancelRunHereDocument, type RunRowFragment } from '../../generated/graphql.ts';
import { ActionDialog } from '../../parts/action/ActionDialog.tsx';
import { Field } from '../../parts/action/Field.tsx';
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
  const act = useAct(CancelRunHereDocument);
  const [note, setNote] = useState('');
  const submit = async () => {
    const answer = await act.send({ input: { runId, note: note.trim() || null } });
    if (answer === undefined) return;
    const { cancelRun: result } = answer;
    if (result.__typename !== 'Run') return act.refuse(result.message);
    announce(texts.done(runId));
    onClose();
    void readAgain();
  };
  return (
    <ActionDialog
      title={texts.title(runId)}
      submit={texts.submit}
      isDangerous
      act={act}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>{texts.text(counts.running, counts.queued + counts.awaitingApproval)}</p>
      <Field label={actionTexts.note} hint={actionTexts.noteHint}>
        <textarea rows={2} maxLength={4000} value={note} onChange={({ target }) => setNote(target.value)} />
      </Field>
    </ActionDialog>
  );
}
