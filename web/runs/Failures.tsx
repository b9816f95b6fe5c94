import { lazy, type ReactNode } from 'react';
import { Link } from 'react-router';
import { readAgain } from '../data/queryClient.ts';
import { useMay } from '../data/useMay.ts';
import { type RunTaskFragment, UnacknowledgeHereDocument } from '../generated/graphql.ts';
import { ActionButton } from '../parts/act/ActionButton.tsx';
import { useAct } from '../parts/act/useAct.ts';
import { announce } from '../parts/announce.ts';
import { Section } from '../parts/Section.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { Text } from '../parts/Text.tsx';
import { Time } from '../parts/Time.tsx';
import { runViewTexts } from '../texts/runs.ts';
import css from './Failures.module.css';

const texts = runViewTexts.failures;
const AcknowledgeDialog = lazy(() => import('./dialogs/AcknowledgeDialog.tsx'));

export type FailedTask = Omit<RunTaskFragment, 'needs' | 'attempts'>;

/** What failed, each with its reason and who is at it. */
export function Failures({
  tasks,
  withRun = false,
  children,
}: {
  tasks: readonly FailedTask[];
  /** Whether they are of several runs, which are named then. */
  withRun?: boolean;
  children?: ReactNode;
}): ReactNode {
  return (
    <Section title={texts.title}>
      {tasks.length === 0 && <p className="muted">{texts.none}</p>}
      <ul className={css.failures}>
        {tasks.map((task) => (
          <li key={task.id} data-taken={task.acknowledgement !== null || undefined}>
            <Failure task={task} withRun={withRun} />
          </li>
        ))}
      </ul>
      {children}
    </Section>
  );
}

function Failure({ task, withRun }: { task: FailedTask; withRun: boolean }): ReactNode {
  const { acknowledgement, databaseId, reason, runId } = task;
  return (
    <>
      <div className={css.what}>
        <StatusMark status={task.status} />
        <Link to={`/tasks/${databaseId}`}>
          <Text>{task.task}</Text>
        </Link>
        {withRun && (
          <Link className={css.run} to={`/runs/${encodeURIComponent(runId)}`}>
            <Text>{runId}</Text>
          </Link>
        )}
        <span className="muted">
          <Time at={task.finishedAt ?? task.createdAt} />
        </span>
      </div>
      {reason !== null && (
        <p className={css.reason}>
          <Text>{reason}</Text>
        </p>
      )}
      {acknowledgement === null ? (
        <div className={css.act}>
          <ActionButton label={texts.acknowledge} scope="OPERATE">
            {(close) => <AcknowledgeDialog task={task} onClose={close} />}
          </ActionButton>
        </div>
      ) : (
        <Taken databaseId={databaseId} {...acknowledgement} />
      )}
    </>
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
