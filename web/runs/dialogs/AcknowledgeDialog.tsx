import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { useAct } from '../../data/useAct.ts';
import { AcknowledgeHereDocument, type RunTaskFragment } from '../../generated/graphql.ts';
import { ActionDialog } from '../../parts/action/ActionDialog.tsx';
import { Field } from '../../parts/action/Field.tsx';
import { announce } from '../../parts/announce.ts';
import { actionTexts } from '../../texts/actions.ts';
import { runViewTexts } from '../../texts/runs.ts';

const texts = runViewTexts.acknowledge;

/** Has somebody say that they are at a failure. */
export default function AcknowledgeDialog({
  task: { databaseId, task },
  onClose,
}: {
  task: Pick<RunTaskFragment, 'databaseId' | 'task'>;
  onClose: () => void;
}): ReactNode {
  const act = useAct(AcknowledgeHereDocument);
  const [note, setNote] = useState('');
  const submit = async () => {
    const answer = await act.send({ input: { task: { databaseId }, note: note.trim() || null } });
    if (answer === undefined) return;
    const { acknowledgeTask: result } = answer;
    void readAgain();
    if (result.__typename !== 'Task') return act.refuse(result.message);
    announce(runViewTexts.failures.done(task));
    onClose();
  };
  return (
    <ActionDialog
      title={texts.title(task)}
      submit={texts.submit}
      act={act}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>{texts.text}</p>
      <Field label={actionTexts.note} hint={actionTexts.noteHint}>
        <textarea rows={2} maxLength={4000} value={note} onChange={({ target }) => setNote(target.value)} />
      </Field>
    </ActionDialog>
  );
}
