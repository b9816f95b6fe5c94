import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { RunViewQuery } from '../../generated/graphql.ts';
import { StatusMark } from '../../parts/StatusMark.tsx';
import { Text } from '../../parts/Text.tsx';
import { Duration, Nothing, Time } from '../../parts/Time.tsx';
import { runViewTexts } from '../../texts/runs.ts';
import { type Bar, barsOf, inOrder, spanOf } from './bars.ts';
import css from './Timeline.module.css';
import { useNow } from './useNow.ts';

const texts = runViewTexts.timeline;

export type TimelineTask = NonNullable<RunViewQuery['run']>['tasks']['nodes'][number];

/** The tasks of a run in an order that stays, each with its time as a bar: a table, so that it reads as well as it looks. */
export function Timeline({ tasks, label }: { tasks: readonly TimelineTask[]; label: string }): ReactNode {
  const isGoingOn = tasks.some(({ status }) => status === 'RUNNING');
  const now = useNow(isGoingOn);
  const span = spanOf(tasks, now);
  const isShort = span !== undefined && span.to - span.from < 600_000;
  if (tasks.length === 0) return <p className="muted">{texts.none}</p>;
  return (
    <table className={css.timeline} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{texts.columns.status}</th>
          <th scope="col">{texts.columns.task}</th>
          <th scope="col" className={css.axis}>
            <span className="hidden">{texts.columns.time}</span>
            {span && (
              <span className={css.ends}>
                <Time at={new Date(span.from).toISOString()} seconds={isShort} />
                {isGoingOn ? texts.soFar : <Time at={new Date(span.to).toISOString()} seconds={isShort} />}
              </span>
            )}
          </th>
          <th scope="col" className={css.number}>
            {texts.columns.duration}
          </th>
          <th scope="col" className={css.number}>
            {texts.columns.attempts}
          </th>
          <th scope="col">{texts.columns.needs}</th>
        </tr>
      </thead>
      <tbody>
        {inOrder(tasks).map((task) => (
          <Row key={task.id} task={task} now={now} span={span} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  task,
  now,
  span,
}: {
  task: TimelineTask;
  now: number;
  span: { from: number; to: number } | undefined;
}): ReactNode {
  const { status, attempts, needs, startedAt, durationMs } = task;
  const why = task.reason ?? task.waitingFor?.reason;
  return (
    <tr data-status={status}>
      <td>
        <StatusMark status={status} />
      </td>
      <th scope="row">
        <Link to={`/tasks/${task.databaseId}`} data-row>
          <Text>{task.task}</Text>
        </Link>
        {why && (
          <div className={css.why}>
            <Text>{why}</Text>
          </div>
        )}
      </th>
      <td className={css.axis}>
        <span className="hidden">
          {startedAt === null ? (
            texts.notStarted
          ) : (
            <>
              {texts.from} <Time at={startedAt} seconds />
            </>
          )}
        </span>
        <Bars bars={barsOf(task, now)} span={span} />
      </td>
      <td className={css.number} data-label={texts.columns.duration}>
        <Duration
          ms={
            status === 'RUNNING' && startedAt !== null ? Math.max(0, now - Date.parse(startedAt)) : durationMs
          }
        />
      </td>
      <td
        className={css.number}
        data-label={texts.columns.attempts}
        data-empty={attempts.length === 0 || undefined}
      >
        {attempts.length === 0 ? <Nothing /> : attempts.length}
      </td>
      <td className={css.needs} data-label={texts.columns.needs} data-empty={needs.length === 0 || undefined}>
        {needs.length === 0 ? <Nothing /> : <Text>{needs.join(', ')}</Text>}
      </td>
    </tr>
  );
}

function Bars({ bars, span }: { bars: readonly Bar[]; span: { from: number; to: number } | undefined }) {
  const percent = (at: number) =>
    span === undefined ? 0 : Math.min(100, Math.max(0, ((at - span.from) / (span.to - span.from)) * 100));
  return (
    <svg className={css.bars} aria-hidden="true">
      {[25, 50, 75].map((x) => (
        <line key={x} x1={`${x}%`} x2={`${x}%`} y1="0" y2="100%" className={css.grid} />
      ))}
      {bars.map((bar) => {
        const x = percent(bar.from);
        return (
          <rect
            key={`${bar.from} ${bar.tone}`}
            className={css[bar.tone]}
            x={`${Math.min(x, 99.5)}%`}
            width={`${Math.max(percent(bar.to) - x, 0.5)}%`}
            y="20%"
            height="60%"
            rx="3"
          />
        );
      })}
    </svg>
  );
}
