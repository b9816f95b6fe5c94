import { lazy, type ReactNode } from 'react';
import { readAgain } from '../data/queryClient.ts';
import { useMay } from '../data/useMay.ts';
import { type RunTaskFragment, UnacknowledgeHereDocument } from '../generated/graphql.ts';
import { ActionButton } from '../parts/act/ActionButton.tsx';
import { useAct } from '../parts/act/useAct.ts';
import { announce } from '../parts/announce.ts';
import { Text } from '../parts/Text.tsx';
import { Time } from '../parts/Time.tsx';
import { runViewTexts } from '../texts/runs.ts';
import css from './Acknowledgement.module.css';

const texts = runViewTexts.failures;
const AcknowledgeDialog = lazy(() => import('./dialogs/AcknowledgeDialog.tsx'));

/** Who is at a failure, with a button to say so or to take it back. */
export function Acknowledgement({
  task,
}: {
  task: Pick<RunTaskFragment, 'databaseId' | 'task' | 'acknowledgement'>;
}): ReactNode {
  if (task.acknowledgement !== null) return <Taken databaseId={task.databaseId} {...task.acknowledgement} />;
  return (
    <div className={css.act}>
      <ActionButton label={texts.acknowledge} scope="OPERATE">
        {(close) => <AcknowledgeDialog task={task} onClose={close} />}
      </ActionButton>
    </div>
  );
}

function Taken({
  databaseId,
  by,
  at,
  note,
}: {
  databaseId: number;
  by: string;
  at: string;
  note: string | null;
}): ReactNode {
  const act = useAct(UnacknowledgeHereDocument, () => {
    announce(texts.takenBack);
    void readAgain();
  });
  const { isAllowed } = useMay('OPERATE');
  return (
    <div className={css.taken}>
      <span>
        {texts.acknowledged} <Text>{by}</Text>, <Time at={at} />
        {note !== null && (
          <>
            {': '}
            <Text>{note}</Text>
          </>
        )}
      </span>
      {isAllowed && (
        <button
          type="button"
          className="plain"
          disabled={act.isBusy}
          onClick={() => act.run({ input: { task: { databaseId } } })}
        >
          {texts.takeBack}
        </button>
      )}
      {act.refusal && (
        <span role="alert">
          <Text>{act.refusal.text}</Text>
        </span>
      )}
    </div>
  );
}
