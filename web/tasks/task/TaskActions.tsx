import { lazy, type ReactNode } from 'react';
import { ActionButton } from '../../parts/act/ActionButton.tsx';
import { taskViewTexts as texts } from '../../texts/tasks.ts';
import type { Task } from './task.ts';

const RetryTaskDialog = lazy(() => import('../dialogs/RetryTaskDialog.tsx'));
const CancelTaskDialog = lazy(() => import('../dialogs/CancelTaskDialog.tsx'));

/** What can be done with a task, besides deciding about it; nothing with one that another tool runs. */
export function TaskActions({ task }: { task: Task }): ReactNode {
  if (task.run?.plan == null) return null;
  const isOpen = task.status === 'QUEUED' || task.status === 'RUNNING';
  const isRetryable = task.status === 'FAILED' || task.status === 'SKIPPED';
  return (
    <>
      {isRetryable && (
        <ActionButton label={texts.retry.button} scope="OPERATE">
          {(close) => <RetryTaskDialog task={task} onClose={close} />}
        </ActionButton>
      )}
      {isOpen && (
        <ActionButton label={texts.cancel.button} scope="APPROVE">
          {(close) => <CancelTaskDialog task={task} onClose={close} />}
        </ActionButton>
      )}
    </>
  );
}
