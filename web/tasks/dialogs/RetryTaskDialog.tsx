import type { ReactNode } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { RetryTaskHereDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { taskViewTexts } from '../../texts/tasks.ts';
import type { Task } from '../task/task.ts';

const texts = taskViewTexts.retry;

/** Asks before a task is queued again. */
export default function RetryTaskDialog({
  task: { databaseId, task },
  onClose,
}: {
  task: Pick<Task, 'databaseId' | 'task'>;
  onClose: () => void;
}): ReactNode {
  const act = useAct(
    RetryTaskHereDocument,
    () => {
      announce(texts.done(task));
      onClose();
      void readAgain();
    },
    readAgain,
  );
  return (
    <ActDialog
      title={texts.title(task)}
      confirm={texts.submit}
      isBusy={act.isBusy}
      refusal={act.refusal}
      onConfirm={() => act.run({ input: { task: { databaseId } } })}
      onClose={onClose}
    >
      <p>{texts.text}</p>
    </ActDialog>
  );
}
