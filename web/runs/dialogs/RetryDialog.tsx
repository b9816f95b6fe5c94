import type { ReactNode } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { RetryRunHereDocument, type RunRowFragment } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { useAct } from '../../parts/act/useAct.ts';
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
  const act = useAct(RetryRunHereDocument, () => {
    announce(texts.done(runId));
    onClose();
    void readAgain();
  });
  const submit = () => act.run({ input: { runId } });
  return (
    <ActDialog
      title={texts.title(runId)}
      confirm={texts.submit}
      isBusy={act.isBusy}
      refusal={act.refusal}
      onConfirm={submit}
      onClose={onClose}
    >
      <p>{texts.text}</p>
    </ActDialog>
  );
}
