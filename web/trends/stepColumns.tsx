import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { TrendStepRowFragment } from '../generated/graphql.ts';
import { Text } from '../parts/Text.tsx';
import { Nothing } from '../parts/Time.tsx';
import type { Column } from '../parts/table/Table.tsx';
import { labelOf, pathOf } from '../plans/planLabel.ts';
import { trendTexts } from '../texts/trends.ts';
import css from './trends.module.css';

/** From when to when the tasks of a step are meant. */
export interface Range {
  since: string;
  until: string;
}

/** Names a row. */
export function keyOf({ project, plan, task }: TrendStepRowFragment): string {
  return JSON.stringify([project, plan, task]);
}

/** The step, which leads to its tasks, and its plan. */
export function stepColumns({ since, until }: Range): Column<TrendStepRowFragment>[] {
  const { step, plan } = trendTexts.steps.columns;
  return [
    {
      name: step,
      cell: ({ task }) => (
        <Link
          className={css.name}
          to={{ pathname: '/tasks', search: String(new URLSearchParams({ task, since, until })) }}
          data-row
        >
          <Text>{task}</Text>
        </Link>
      ),
    },
    {
      name: plan,
      cell: ({ plan, project }) =>
        plan === null ? (
          <Nothing />
        ) : (
          <Link className={css.name} to={pathOf({ plan, project })}>
            <Text>{labelOf({ plan, project })}</Text>
          </Link>
        ),
      isEmpty: ({ plan }) => plan === null,
    },
  ];
}

/** A number with bars beside it. */
export function Figure({ children, bars }: { children: ReactNode; bars: ReactNode }): ReactNode {
  return (
    <span className={`numbers ${css.figure}`}>
      <span>{children}</span>
      {bars}
    </span>
  );
}
