import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { AcknowledgeHereDocument, type RunTaskFragment } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { Field } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
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
  const act = useAct(
    AcknowledgeHereDocument,
    () => {
      announce(runViewTexts.failures.done(task));
      onClose();
      void readAgain();
    },
    readAgain,
  );
  const [note, setNote] = useState('');
  const submit = () => act.run({ input: { task: { databaseId }, note: note.trim() || null } });
  return (
    <ActDialog
      title={texts.title(task)}
      confirm={texts.submit}
      isBusy={act.isBusy}
      refusal={act.refusal}
      onConfirm={submit}
      onClose={onClose}
    >
      <p>{texts.text}</p>
      <Field label={actionTexts.note} hint={actionTexts.noteHint}>
        <textarea rows={2} maxLength={4000} value={note} onChange={({ target }) => setNote(target.value)} />
      </Field>
    </ActDialog>
  );
}
