import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { RunRowFragment } from '../generated/graphql.ts';
import { StatusMark } from '../parts/StatusMark.tsx';
import { Text } from '../parts/Text.tsx';
import { Duration, Nothing, Time } from '../parts/Time.tsx';
import table from '../parts/table/table.module.css';
import { runTexts } from '../texts/runs.ts';
import { Counts } from './Counts.tsx';
import { PlanName } from './PlanName.tsx';

interface RunColumn {
  className: string | undefined;
  cell(run: RunRowFragment): ReactNode;
  isEmpty?(run: RunRowFragment): boolean;
}

/** The columns of runs, by the names that their labels have. */
const columns = {
  status: { className: table.text, cell: (run) => <StatusMark status={run.status} /> },
  run: {
    className: table.name,
    cell: ({ runId }) => (
      <Link to={`/runs/${encodeURIComponent(runId)}`} data-row>
        <Text>{runId}</Text>
      </Link>
    ),
  },
  plan: {
    className: table.name,
    cell: ({ plan, project }) => <PlanName plan={plan} project={project} />,
    isEmpty: ({ plan }) => plan === null,
  },
  created: { className: table.text, cell: ({ createdAt }) => <Time at={createdAt} /> },
  duration: {
    className: `${table.right} numbers`,
    cell: ({ durationMs }) => <Duration ms={durationMs} />,
    isEmpty: ({ durationMs }) => durationMs === null,
  },
  tasks: { className: table.text, cell: ({ counts }) => <Counts counts={counts} /> },
  startedBy: {
    className: table.name,
    cell: ({ startedBy }) => (startedBy === null ? <Nothing /> : <Text>{startedBy}</Text>),
    isEmpty: ({ startedBy }) => startedBy === null,
  },
} satisfies Record<string, RunColumn>;

export type RunColumnName = keyof typeof columns;
const names = Object.keys(columns) as RunColumnName[];

/** Runs as rows of a table, and as cards where that is too wide. */
export function RunTable({
  rows,
  label,
  without = [],
}: {
  rows: readonly RunRowFragment[];
  label: string;
  /** Columns for which there is no room. */
  without?: readonly RunColumnName[];
}): ReactNode {
  const shown = names.filter((name) => !without.includes(name));
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`} aria-label={label}>
        <thead>
          <tr>
            {shown.map((name) => (
              <th key={name} scope="col" className={name === 'duration' ? table.right : undefined}>
                {runTexts.columns[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((run) => (
            <tr key={run.id}>
              {shown.map((name) => {
                const { className, cell, isEmpty }: RunColumn = columns[name];
                return (
                  <td
                    key={name}
                    className={className}
                    data-label={runTexts.columns[name]}
                    data-empty={isEmpty?.(run) || undefined}
                  >
                    {cell(run)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
