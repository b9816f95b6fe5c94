import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAsk } from '../../data/useAsk.ts';
import { EarlierTasksDocument, type TaskRowFragment } from '../../generated/graphql.ts';
import { Section } from '../../parts/Section.tsx';
import { StatusMark } from '../../parts/StatusMark.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Text } from '../../parts/Text.tsx';
import { Duration, Time } from '../../parts/Time.tsx';
import { taskViewTexts } from '../../texts/tasks.ts';
import css from './Earlier.module.css';
import type { Task } from './task.ts';

const texts = taskViewTexts.earlier;

/** The same step in earlier runs, so that one sees whether this time was unusual. */
export function Earlier({ task }: { task: Task }): ReactNode {
  const { data, error } = useAsk(EarlierTasksDocument, { task: task.task, until: task.startedAt });
  const rows = (data?.tasks.nodes ?? []).filter(({ databaseId }) => databaseId !== task.databaseId);
  return (
    <Section
      title={texts.title}
      tools={
        <Link to={{ pathname: '/tasks', search: new URLSearchParams({ task: task.task }).toString() }}>
          {texts.all}
        </Link>
      }
    >
      {data === undefined && !error && <Loading rows={3} />}
      {data !== undefined && rows.length === 0 && <p className="muted">{texts.none}</p>}
      {compare(task.durationMs, rows) && <p className="muted">{compare(task.durationMs, rows)}</p>}
      <ul className={css.rows}>
        {rows.map((row) => (
          <li key={row.id}>
            <StatusMark status={row.status} />
            <Link to={`/tasks/${row.databaseId}`}>
              <Text>{row.runId}</Text>
            </Link>
            <span className={css.when}>
              <Duration ms={row.durationMs} />
              <Time at={row.startedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Says how long this time took against the median of those that succeeded; nothing where there is too little to go by. */
function compare(durationMs: number | null, rows: readonly TaskRowFragment[]): string | undefined {
  const known = rows
    .flatMap(({ status, durationMs: ms }) => (status === 'SUCCEEDED' && ms !== null ? [ms] : []))
    .sort((one, other) => one - other);
  const median = known[Math.floor(known.length / 2)];
  if (durationMs === null || median === undefined || median === 0 || known.length < 3) return undefined;
  const percent = Math.round((durationMs / median - 1) * 100);
  if (Math.abs(percent) < 10) return texts.usual;
  return percent > 0 ? texts.longer(percent) : texts.shorter(-percent);
}
