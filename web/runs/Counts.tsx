import type { ReactNode } from 'react';
import { type taskStatuses, taskStatusFacts } from '../../contract/words/taskStatus.ts';
import type { RunRowFragment } from '../generated/graphql.ts';
import { statusWords } from '../texts/words.ts';
import css from './Counts.module.css';

/** First what asks for somebody, last what is well. */
const order = ['failed', 'awaiting_approval', 'running', 'queued', 'succeeded', 'skipped'] as const;
order satisfies readonly (typeof taskStatuses)[number][];

/** How many tasks a run has in each status, in words. */
export function Counts({ counts }: { counts: RunRowFragment['counts'] }): ReactNode {
  const shown = order.filter((status) => counts[taskStatusFacts[status].count] > 0);
  return (
    <ul className={css.counts}>
      {shown.map((status) => (
        <li key={status} className={css[status]}>
          {`${counts[taskStatusFacts[status].count].toLocaleString('en')} ${statusWords[status]}`}
        </li>
      ))}
    </ul>
  );
}
