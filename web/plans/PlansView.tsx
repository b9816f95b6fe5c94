import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAsk } from '../data/useAsk.ts';
import { PlanListDocument, type PlanListQuery } from '../generated/graphql.ts';
import { useNews } from '../live/useLive.ts';
import { Section } from '../parts/Section.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Text } from '../parts/Text.tsx';
import { Nothing, Time } from '../parts/Time.tsx';
import { type Column, Table } from '../parts/table/Table.tsx';
import { FlagBox } from '../settings/FlagBox.tsx';
import { Head } from '../settings/Head.tsx';
import { useFlag } from '../settings/useFlag.ts';
import { planTexts as texts } from '../texts/plans.ts';
import { DueTimes } from './DueTimes.tsx';
import { labelOf, pathOf } from './planLabel.ts';
import { PlanMark } from './planMark.tsx';

const columns: readonly Column<PlanListQuery['plans'][number]>[] = [
  {
    name: texts.columns.plan,
    cell: (plan) => (
      <Link to={pathOf(plan)} data-row>
        <Text>{labelOf(plan)}</Text>
      </Link>
    ),
  },
  { name: texts.columns.state, cell: ({ state }) => <PlanMark state={state.state} /> },
  {
    name: texts.columns.schedule,
    cell: ({ schedule }) => (schedule === null ? <Nothing /> : <code>{schedule}</code>),
  },
  { name: texts.columns.zone, cell: ({ timezone }) => timezone ?? <Nothing /> },
  {
    name: texts.columns.next,
    cell: ({ nextDueAt, startsWhenDue }) => <Time at={startsWhenDue ? nextDueAt[0] : undefined} />,
  },
  { name: texts.columns.registered, cell: ({ registeredAt }) => <Time at={registeredAt} /> },
];

/** `/settings/plans`: the plans that are registered, and what was due. */
export function Component(): ReactNode {
  const [isRetired, setRetired] = useFlag('retired');
  const { data, error, refetch } = useAsk(PlanListDocument, { retired: isRetired }, { keepLast: true });
  useNews(({ isGap }) => {
    if (isGap) void refetch();
  });
  return (
    <>
      <Head title={texts.title}>
        <FlagBox isChosen={isRetired} onChange={setRetired}>
          {texts.retiredToo}
        </FlagBox>
      </Head>
      {data === undefined &&
        (error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={8} />)}
      {data && (
        <>
          <Section title={texts.title}>
            <Table
              columns={columns}
              rows={data.plans}
              keyOf={labelOf}
              label={texts.title}
              none={texts.none}
            />
          </Section>
          <DueTimes rows={data.scheduledRuns} ofOne={false} />
        </>
      )}
    </>
  );
}
