import type { ReactNode } from 'react';
import { type TaskStatus, taskStatusFacts } from '../../contract/words/taskStatus.ts';
import { wordOf } from '../../contract/words/words.ts';
import type { TaskStatus as StatusName } from '../generated/graphql.ts';
import { statusWords } from '../texts/words.ts';
import css from './StatusMark.module.css';

/** A shape for each status, so that nobody has to tell colours apart. */
const shapes: Record<TaskStatus, ReactNode> = {
  queued: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.4 2.2" />,
  running: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5M8 5v3l2 1.5" />,
  succeeded: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  failed: <path d="m4 4 8 8m0-8-8 8" />,
  awaiting_approval: <path d="M5.5 3.5v9m5-9v9" />,
  skipped: <path d="M3.5 4.5 8 8l-4.5 3.5zM8 4.5 12.5 8 8 11.5z" />,
};

const tones: Record<TaskStatus, string | undefined> = {
  queued: css.calm,
  running: css.busy,
  succeeded: css.good,
  failed: css.bad,
  awaiting_approval: css.wait,
  skipped: css.calm,
};

/** A status by icon, word and colour. */
export function StatusMark({ status: name }: { status: StatusName }): ReactNode {
  const status = wordOf(name);
  return (
    <span className={`${css.mark} ${tones[status]}`} title={taskStatusFacts[status].means}>
      <StatusIcon status={status} />
      {statusWords[status]}
    </span>
  );
}

/** The shape of a status alone, for where its word stands elsewhere. */
export function StatusIcon({ status }: { status: TaskStatus }): ReactNode {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      {shapes[status]}
    </svg>
  );
}
