import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAsk } from '../data/useAsk.ts';
import { StepsOfRunDocument, type TaskRowFragment } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Text } from '../parts/Text.tsx';
import { Duration, Time } from '../parts/Time.tsx';
import { type Column, Table } from '../parts/table/Table.tsx';
import { planTexts } from '../texts/plans.ts';

const texts = planTexts.steps;

const columns: readonly Column<TaskRowFragment>[] = [
  { name: texts.status, cell: ({ status }) => <StatusMark status={status} /> },
  {
    name: texts.step,
    cell: ({ task, databaseId }) => (
      <Link to={`/tasks/${databaseId}`} data-row>
        <Text>{task}</Text>
      </Link>
    ),
  },
  { name: texts.duration, cell: ({ durationMs }) => <Duration ms={durationMs} /> },
  { name: texts.started, cell: ({ startedAt }) => <Time at={startedAt} /> },
];

/** What a plan holds, as its last scheduled run had it. */
export function LastSteps({ runId }: { runId: string | undefined }): ReactNode {
  const { data, error, refetch } = useAsk(
    StepsOfRunDocument,
    { runId: runId ?? '' },
    { enabled: runId !== undefined },
  );
  const rows = runId === undefined ? [] : data && (data.run?.tasks.nodes ?? []);
  return (
    <Section
      title={texts.title}
      tools={
        runId !== undefined && (
          <Link to={`/runs/${encodeURIComponent(runId)}`}>
            <Text>{runId}</Text>
          </Link>
        )
      }
    >
      {rows ? (
        <Table columns={columns} rows={rows} keyOf={({ id }) => id} label={texts.title} none={texts.none} />
      ) : error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={3} />
      )}
    </Section>
  );
}
