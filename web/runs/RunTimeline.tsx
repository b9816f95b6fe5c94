import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Section } from '../parts/Section.tsx';
import { runViewTexts } from '../texts/runs.ts';
import { Timeline } from './timeline/Timeline.tsx';
import type { Run } from './useRun.ts';

const texts = runViewTexts.timeline;

/** The timeline of a run as a section of a view. */
export function RunTimeline({ run, title = texts.title }: { run: Run; title?: string }): ReactNode {
  const { nodes, pageInfo } = run.tasks;
  return (
    <Section
      title={title}
      tools={
        <Link to={{ pathname: '/tasks', search: new URLSearchParams({ run: run.runId }).toString() }}>
          {runViewTexts.allTasks}
        </Link>
      }
    >
      <Timeline tasks={nodes} label={texts.label(run.runId)} />
      {pageInfo.hasNextPage && <p className="muted">{texts.cut(nodes.length, run.counts.total)}</p>}
    </Section>
  );
}
