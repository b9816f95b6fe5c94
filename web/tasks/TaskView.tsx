import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useShared } from '../data/shared.ts';
import { useAsk } from '../data/useAsk.ts';
import { TaskViewDocument } from '../generated/graphql.ts';
import { useNews } from '../live/useLive.ts';
import { JsonFacts } from '../parts/JsonFacts.tsx';
import { LogLines } from '../parts/log/LogLines.tsx';
import { Section } from '../parts/Section.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { Empty } from '../parts/states/Empty.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Text } from '../parts/Text.tsx';
import { Acknowledgement } from '../runs/Acknowledgement.tsx';
import { isFailure } from '../runs/outcome.ts';
import { lastSearch } from '../shell/lastSearch.ts';
import { useTitle } from '../shell/useTitle.ts';
import { taskViewTexts as texts } from '../texts/tasks.ts';
import css from './TaskView.module.css';
import { ApprovalFacts } from './task/ApprovalFacts.tsx';
import { Attempts } from './task/Attempts.tsx';
import { Decisions } from './task/Decisions.tsx';
import { Deliveries } from './task/Deliveries.tsx';
import { Earlier } from './task/Earlier.tsx';
import { Summary } from './task/Summary.tsx';
import { TaskActions } from './task/TaskActions.tsx';
import type { Task } from './task/task.ts';
import { Waiting } from './task/Waiting.tsx';

/** `/tasks/42`: one task with all that is known of it. */
export function Component(): ReactNode {
  const id = Number(useParams().id);
  const isId = Number.isInteger(id) && id > 0 && id < 2 ** 31;
  const { data, error, refetch } = useAsk(TaskViewDocument, { id }, { enabled: isId });
  const task = data?.task;
  useTitle(task ? texts.title(task.task, id) : `#${id}`);
  useNews(({ ids, isGap }) => {
    if (!isId) return undefined;
    const isOurs = [task?.id, task?.approval?.id].some((one) => one !== undefined && ids.has(one));
    return isGap || isOurs ? refetch() : undefined;
  });
  if (task) return <Whole task={task} />;
  if (task === null || !isId) return <Empty {...texts.missing} />;
  return error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={10} />;
}

function Whole({ task }: { task: Task }): ReactNode {
  const back = useShared(lastSearch).get('/tasks') ?? '';
  return (
    <article className={css.view}>
      <header className={css.head}>
        <Link to={{ pathname: '/tasks', search: back }}>‹ {texts.back}</Link>
        <h1>
          <Text>{task.task}</Text> <span className="muted numbers">#{task.databaseId}</span>
        </h1>
        <StatusMark status={task.status} />
        <div className={css.actions}>
          <TaskActions task={task} />
        </div>
      </header>
      {task.reason !== null && (
        <p className={css.reason}>
          <Text>{task.reason}</Text>
        </p>
      )}
      {isFailure(task) && <Acknowledgement task={task} />}
      <div className={css.columns}>
        <div className={css.main}>
          {task.waitingFor && <Waiting waiting={task.waitingFor} />}
          {task.approval && <ApprovalFacts task={task} approval={task.approval} />}
          {task.remarks.length > 0 && (
            <Section title={texts.remarks}>
              <ul className={css.remarks}>
                {task.remarks.map((remark) => (
                  <li key={remark}>
                    <Text>{remark}</Text>
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <LogLines title={texts.log} text={task.logExcerpt} />
          <Attempts attempts={task.attempts} />
          <Decisions decisions={task.decisions} />
          <Deliveries deliveries={task.deliveries} />
        </div>
        <div className={css.side}>
          <Summary task={task} />
          <JsonFacts title={texts.inputs} value={task.inputs} />
          <JsonFacts title={texts.outputs} value={task.outputs} />
          <Earlier task={task} />
        </div>
      </div>
    </article>
  );
}
