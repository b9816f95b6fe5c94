import { Link } from 'react-router';
import { type TaskStatus, taskStatusFacts } from '../../contract/words/taskStatus.ts';
import { wordOf } from '../../contract/words/words.ts';
import type { RunRowFragment } from '../generated/graphql.ts';
import { StatusMark } from '../parts/StatusMark.tsx';
import { Text } from '../parts/Text.tsx';
import { Duration, Nothing, Time } from '../parts/Time.tsx';
import type { ListColumn, ListColumns } from '../parts/table/ListTable.tsx';
import { Counts } from './Counts.tsx';
import { PlanName } from './PlanName.tsx';

type RunColumn = ListColumn<RunRowFragment>;

/** How many tasks of a run have a status. */
function counting(status: TaskStatus): RunColumn {
  const of = ({ counts }: RunRowFragment) => counts[taskStatusFacts[status].count];
  return {
    cell: (run) => (of(run) === 0 ? <Nothing /> : of(run).toLocaleString('en')),
    csv: (run) => of(run),
    as: 'number',
  };
}

/** The columns of runs, by the names that the command line's CSV has. */
export const runColumns = {
  status: { cell: ({ status }) => <StatusMark status={status} />, csv: ({ status }) => wordOf(status) },
  run_id: {
    cell: ({ runId }) => (
      <Link to={`/runs/${encodeURIComponent(runId)}`} data-row>
        <Text>{runId}</Text>
      </Link>
    ),
    csv: ({ runId }) => runId,
    as: 'name',
  },
  plan: {
    cell: ({ plan, project }) => <PlanName plan={plan} project={project} />,
    csv: ({ plan, project }) => (project === null ? plan : `${project}:${plan}`),
    as: 'name',
  },
  created_at: { cell: ({ createdAt }) => <Time at={createdAt} />, csv: ({ createdAt }) => createdAt },
  started_at: { cell: ({ startedAt }) => <Time at={startedAt} />, csv: ({ startedAt }) => startedAt },
  finished_at: { cell: ({ finishedAt }) => <Time at={finishedAt} />, csv: ({ finishedAt }) => finishedAt },
  duration_ms: {
    cell: ({ durationMs }) => <Duration ms={durationMs} />,
    csv: ({ durationMs }) => durationMs,
    as: 'number',
  },
  tasks: { cell: ({ counts }) => <Counts counts={counts} />, csv: ({ counts }) => counts.total },
  queued: counting('queued'),
  running: counting('running'),
  succeeded: counting('succeeded'),
  failed: counting('failed'),
  awaiting_approval: counting('awaiting_approval'),
  skipped: counting('skipped'),
  started_by: {
    cell: ({ startedBy }) => (startedBy === null ? <Nothing /> : <Text>{startedBy}</Text>),
    csv: ({ startedBy }) => startedBy,
    as: 'name',
  },
} satisfies ListColumns<RunRowFragment, string>;

export type RunColumnName = keyof typeof runColumns;
export const runColumnNames = Object.keys(runColumns) as RunColumnName[];

/** The columns that are shown unless others are chosen. */
export const usualRunColumns: readonly RunColumnName[] = [
  'status',
  'run_id',
  'plan',
  'created_at',
  'duration_ms',
  'tasks',
  'started_by',
];
