import { lazy, type ReactNode } from 'react';
import type { RunRowFragment } from '../generated/graphql.ts';
import { ActionButton } from '../parts/act/ActionButton.tsx';
import { runViewTexts } from '../texts/runs.ts';
import { isCancellable } from './outcome.ts';

const RetryDialog = lazy(() => import('./dialogs/RetryDialog.tsx'));
const CancelDialog = lazy(() => import('./dialogs/CancelDialog.tsx'));

/** What can be done with a run as a whole. */
export function RunActions({ run }: { run: RunRowFragment }): ReactNode {
  const { failed, skipped } = run.counts;
  const isOfPlan = run.plan !== null;
  return (
    <>
      <ActionButton
        label={runViewTexts.retry.button}
        scope="OPERATE"
        isOff={!isOfPlan || failed + skipped === 0}
      >
        {(close) => <RetryDialog run={run} onClose={close} />}
      </ActionButton>
      <ActionButton label={runViewTexts.cancel.button} scope="OPERATE" isOff={!isCancellable(run)}>
        {(close) => <CancelDialog run={run} onClose={close} />}
      </ActionButton>
    </>
  );
}
