import type { ReactNode } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { useAct } from '../../data/useAct.ts';
import { RetryRunHereDocument, type RunRowFragment } from '../../generated/graphql.ts';
import { ActionDialog } from '../../parts/action/ActionDialog.tsx';
import { announce } from '../../parts/announce.ts';
import { runViewTexts } from '../../texts/runs.ts';

const texts = runViewTexts.retry;

/** Asks before what failed of a run is queued again. */
export default function RetryDialog({
  run: { runId },
  onClose,
}: {
  run: RunRowFragment;
  onClose: () => void;
}): ReactNode {
  const act = useAct(RetryRunHereDocument);
  const submit = async () => {
    const answer = await act.send({ input: { runId } });
    if (answer === undefined) return;
    const { retryRun: result } = answer;
    if (result.__typename !== 'Run') return act.refuse(result.message);
    announce(texts.done(runId));
    onClose();
    void readAgain();
  };
  return (
    <ActionDialog
      title={texts.title(runId)}
      submit={texts.submit}
      act={act}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>{texts.text}</p>
    </ActionDialog>
  );
}
