import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { CancelTaskHereDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { Field } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { actionTexts } from '../../texts/actions.ts';
import { taskViewTexts } from '../../texts/tasks.ts';
import type { Task } from '../task/task.ts';

const texts = taskViewTexts.cancel;

/** Asks before a task that is queued or runs is cancelled. */
export default function CancelTaskDialog({
  task: { databaseId, task },
  onClose,
}: {
  task: Pick<Task, 'databaseId' | 'task'>;
  onClose: () => void;
}): ReactNode {
  const act = useAct(
    CancelTaskHereDocument,
    () => {
      announce(texts.done(task));
      onClose();
      void readAgain();
    },
    readAgain,
  );
  const [note, setNote] = useState('');
  return (
    <ActDialog
      title={texts.title(task)}
      confirm={texts.submit}
      isDangerous
      isBusy={act.isBusy}
      refusal={act.refusal}
      onConfirm={() => act.run({ input: { task: { databaseId }, note: note.trim() || null } })}
      onClose={onClose}
    >
      <p>{texts.text}</p>
      <Field label={actionTexts.note} hint={actionTexts.noteHint}>
        <textarea rows={2} maxLength={4000} value={note} onChange={({ target }) => setNote(target.value)} />
      </Field>
    </ActDialog>
  );
}
