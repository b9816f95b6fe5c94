import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Section } from '../parts/Section.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Text } from '../parts/Text.tsx';
import { Counts } from '../runs/Counts.tsx';
import { RunActions } from '../runs/RunActions.tsx';
import { Timeline } from '../runs/timeline/Timeline.tsx';
import { type Run, useRun } from '../runs/useRun.ts';
import { runViewTexts } from '../texts/runs.ts';
import { tonightTexts } from '../texts/tonight.ts';
import css from './tonight.module.css';

const texts = tonightTexts.current;

/** The run that is under way, or the last one, with its tasks. */
export function Current({ runId }: { runId: string }): ReactNode {
  const { data, error, refetch } = useRun(runId);
  const run = data?.run;
  return (
    <Section
      title={run ? titleOf(run) : texts.last}
      tools={
        run && (
          <div className={css.tools}>
            <RunActions run={run} />
          </div>
        )
      }
    >
      {!run && (error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={8} />)}
      {run && (
        <>
          <div className={css.current}>
            <StatusMark status={run.status} />
            <Link to={`/runs/${encodeURIComponent(runId)}`}>
              <Text>{runId}</Text>
            </Link>
            <Counts counts={run.counts} />
          </div>
          <Timeline tasks={run.tasks.nodes} label={runViewTexts.timeline.label(runId)} />
          {run.tasks.pageInfo.hasNextPage && (
            <p className="muted">{runViewTexts.timeline.cut(run.tasks.nodes.length, run.counts.total)}</p>
          )}
        </>
      )}
    </Section>
  );
}

/** What stands above the run: whether something of it runs, or waits. */
function titleOf({ status, counts }: Pick<Run, 'status' | 'counts'>): string {
  if (status === 'RUNNING' && counts.running > 0) return texts.live;
  if (status === 'AWAITING_APPROVAL') return texts.held;
  return counts.queued > 0 ? texts.queued : texts.last;
}
