import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useShared } from '../data/shared.ts';
import { LookOnly } from '../parts/act/LookOnly.tsx';
import { Facts } from '../parts/Facts.tsx';
import { JsonFacts } from '../parts/JsonFacts.tsx';
import { Section } from '../parts/Section.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { Empty } from '../parts/states/Empty.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Text } from '../parts/Text.tsx';
import { Duration, Time } from '../parts/Time.tsx';
import { lastSearch } from '../shell/lastSearch.ts';
import { useTitle } from '../shell/useTitle.ts';
import { runViewTexts as texts } from '../texts/runs.ts';
import { Counts } from './Counts.tsx';
import { Failures } from './Failures.tsx';
import { isFailure } from './outcome.ts';
import { PlanName } from './PlanName.tsx';
import { RunActions } from './RunActions.tsx';
import { RunTimeline } from './RunTimeline.tsx';
import css from './runs.module.css';
import { type Run, useRun } from './useRun.ts';

/** `/runs/nightly-2025-01-15`: one run with its tasks. */
export function Component(): ReactNode {
  const { runId = '' } = useParams();
  const { data, error, refetch } = useRun(runId);
  useTitle(runId);
  if (data?.run) return <Whole run={data.run} />;
  if (data?.run === null)
    return (
      <>
        <h1 className="hidden">{texts.missing.title}</h1>
        <Empty {...texts.missing} />
      </>
    );
  return error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={10} />;
}

function Whole({ run }: { run: Run }): ReactNode {
  const back = useShared(lastSearch).get('/runs') ?? '';
  const failed = run.tasks.nodes.filter(isFailure);
  return (
    <article className={css.view}>
      <header className={css.head}>
        <Link className={css.back} to={{ pathname: '/runs', search: back }}>
          ‹ {texts.back}
        </Link>
        <h1>
          <Text>{run.runId}</Text>
        </h1>
        <StatusMark status={run.status} />
        <div className={css.actions}>
          <RunActions run={run} />
        </div>
      </header>
      <LookOnly scope="OPERATE" />
      <div className={css.columns}>
        <div className={css.main}>
          {failed.length > 0 && <Failures tasks={failed} />}
          <RunTimeline run={run} />
        </div>
        <div className={css.side}>
          <Section title={texts.facts}>
            <Facts
              facts={[
                [texts.plan, run.plan !== null && <PlanName key="plan" {...run} />],
                [texts.tasks, <Counts key="counts" counts={run.counts} />],
                [texts.startedBy, run.startedBy && <Text key="by">{run.startedBy}</Text>],
                [texts.created, <Time key="created" at={run.createdAt} />],
                [texts.started, run.startedAt && <Time key="started" at={run.startedAt} />],
                [texts.finished, run.finishedAt && <Time key="finished" at={run.finishedAt} />],
                [texts.duration, run.durationMs !== null && <Duration key="ms" ms={run.durationMs} />],
              ]}
            />
          </Section>
          <JsonFacts title={texts.inputs} value={run.inputs} />
        </div>
      </div>
    </article>
  );
}
