import { type ReactNode, useState } from 'react';
import { DrainDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { TextField } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { workerTexts as texts } from '../../texts/settings.ts';

/** Asks whether a worker is to be drained, and which where that is not known. */
export function DrainDialog({
  worker: known,
  onDone,
  onClose,
}: {
  /** Empty where its name is still to be written. */
  worker: string;
  onDone: (text: string) => void;
  onClose: () => void;
}): ReactNode {
  const [worker, setWorker] = useState(known);
  const { isBusy, refusal, run } = useAct(DrainDocument, (drained) => {
    onClose();
    onDone(texts.done(drained.worker, drained.running));
  });
  return (
    <ActDialog
      title={texts.drainTitle(known)}
      confirm={texts.drain}
      isDangerous
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => run({ input: { worker: worker.trim() } })}
      onClose={onClose}
    >
      <p>{texts.drainText}</p>
      {known === '' && (
        <TextField label={texts.name} hint={texts.nameHint} value={worker} onChange={setWorker} isRequired />
      )}
    </ActDialog>
  );
}
