import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { wordOf } from '../../contract/words/words.ts';
import type { TaskRowFragment } from '../generated/graphql.ts';
import { StatusMark } from '../parts/StatusMark.tsx';
import { OutputLink, Text } from '../parts/Text.tsx';
import { Duration, Nothing, Time } from '../parts/Time.tsx';
import type { ListColumns } from '../parts/table/ListTable.tsx';
import { approvalWords } from '../texts/words.ts';

function optional(text: string | null, show: (text: string) => ReactNode): ReactNode {
  return text === null || text === '' ? <Nothing /> : show(text);
}

/** The columns of tasks, by the names that the CSV of the API has. */
export const taskColumns = {
  status: { cell: ({ status }) => <StatusMark status={status} />, csv: ({ status }) => wordOf(status) },
  task: {
    cell: ({ task, databaseId }) => (
      <Link to={`/tasks/${databaseId}`} data-row>
        <Text>{task}</Text>
      </Link>
    ),
    csv: ({ task }) => task,
    as: 'name',
  },
  id: {
    cell: ({ databaseId }) => <span className="numbers muted">{databaseId}</span>,
    csv: ({ databaseId }) => databaseId,
    as: 'number',
  },
  run_id: {
    cell: ({ runId }) => (
      <Link to={`/runs/${encodeURIComponent(runId)}`}>
        <Text>{runId}</Text>
      </Link>
    ),
    csv: ({ runId }) => runId,
    as: 'name',
  },
  started_at: { cell: ({ startedAt }) => <Time at={startedAt} />, csv: ({ startedAt }) => startedAt },
  finished_at: { cell: ({ finishedAt }) => <Time at={finishedAt} />, csv: ({ finishedAt }) => finishedAt },
  duration_ms: {
    cell: ({ durationMs }) => <Duration ms={durationMs} />,
    csv: ({ durationMs }) => durationMs,
    as: 'number',
  },
  reason: {
    cell: ({ reason }) => optional(reason, (text) => <Text>{text}</Text>),
    csv: ({ reason }) => reason,
  },
  outputs_uri: {
    cell: ({ outputsUri }) => optional(outputsUri, (uri) => <OutputLink uri={uri} />),
    csv: ({ outputsUri }) => outputsUri,
    as: 'name',
  },
  approval_state: {
    cell: ({ approvalState }) =>
      optional(approvalState, () => approvalState && approvalWords[wordOf(approvalState)]),
    csv: ({ approvalState }) => approvalState && wordOf(approvalState),
  },
  approver: {
    cell: ({ approver }) => optional(approver, (who) => <Text>{who}</Text>),
    csv: ({ approver }) => approver,
    as: 'name',
  },
  created_at: { cell: ({ createdAt }) => <Time at={createdAt} />, csv: ({ createdAt }) => createdAt },
} satisfies ListColumns<TaskRowFragment, string>;

export type TaskColumnName = keyof typeof taskColumns;
export const taskColumnNames = Object.keys(taskColumns) as TaskColumnName[];

/** The columns that are shown unless others are chosen. */
export const usualTaskColumns: readonly TaskColumnName[] = [
  'status',
  'task',
  'id',
  'run_id',
  'started_at',
  'duration_ms',
  'reason',
  'outputs_uri',
];
