import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { RunTaskFragment } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { Text } from '../parts/Text.tsx';
import { Time } from '../parts/Time.tsx';
import { runViewTexts } from '../texts/runs.ts';
import { Acknowledgement } from './Acknowledgement.tsx';
import css from './Failures.module.css';

const texts = runViewTexts.failures;

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
  const { databaseId, reason, runId } = task;
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
      <Acknowledgement task={task} />
    </>
  );
}
