import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { readPath } from '../../data/readPath.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Duration, Time } from '../../parts/Time.tsx';
import { serverTexts } from '../../texts/settings.ts';
import { type Metrics, readMetrics } from './metrics.ts';

const texts = serverTexts.figure;

/** What the server's queue, database and process do now, by its metrics. */
export function Figures({ everyMs }: { everyMs: number }): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: ['metrics'],
    queryFn: async ({ signal }) => {
      const answer = await readPath('metrics', signal);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return readMetrics(await answer.text());
    },
    refetchInterval: everyMs,
  });
  return (
    <Section title={serverTexts.figures}>
      {data ? (
        <Shown figures={data} />
      ) : error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={4} />
      )}
    </Section>
  );
}

function Shown({ figures }: { figures: Metrics }): ReactNode {
  const of = (name: string) => figures.get(name);
  const count = (name: string) => of(name)?.toLocaleString('en');
  const age = (name: string) => {
    const seconds = of(name);
    return seconds !== undefined && seconds > 0 && <Duration key={name} ms={seconds * 1000} />;
  };
  const moment = (name: string) => {
    const seconds = of(name);
    return seconds !== undefined && <Time key={name} at={new Date(seconds * 1000).toISOString()} />;
  };
  const memory = of('process_resident_memory_bytes');
  return (
    <>
      {of('nightshift_database_up') === 0 && <p>{serverTexts.noFigures}</p>}
      <Facts
        facts={[
          [texts.leases, count('nightshift_leases')],
          [texts.pending, count('nightshift_approvals_pending')],
          [texts.oldestPending, age('nightshift_approvals_oldest_age_seconds')],
          [texts.openRuns, count('nightshift_runs{state="open"}')],
          [texts.lastRun, moment('nightshift_last_run_timestamp_seconds')],
          [texts.pool, poolOf(figures)],
          [texts.subscribers, count('nightshift_subscriptions')],
          [texts.memory, memory !== undefined && `${Math.round(memory / 2 ** 20).toLocaleString('en')} MB`],
          [texts.age, age('nightshift_figures_age_seconds')],
        ]}
      />
    </>
  );
}

function poolOf(figures: Metrics): string | undefined {
  const max = figures.get('nightshift_db_pool_max');
  const active = figures.get('nightshift_db_pool{state="active"}') ?? 0;
  if (max === undefined) return undefined;
  return serverTexts.poolOf(active, max, figures.get('nightshift_db_pool{state="waiting"}') ?? 0);
}
