import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { basePath } from '../../data/base.ts';
import { readPath } from '../../data/readPath.ts';
import { mayDo, useViewer } from '../../data/useViewer.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Text } from '../../parts/Text.tsx';
import { settingsTexts, serverTexts as texts } from '../../texts/settings.ts';
import { Head } from '../Head.tsx';
import { Mark } from '../Mark.tsx';
import css from '../settings.module.css';
import { Figures } from './Figures.tsx';
import { ServerSettings } from './ServerSettings.tsx';
import { Standing } from './Standing.tsx';

const lookAgainMs = 15_000;

/** `/settings/server`: whether the server is well, what it does now, and the ways to its API. */
export function Component(): ReactNode {
  const viewer = useViewer();
  return (
    <>
      <Head title={settingsTexts.views.server} />
      <Health />
      {mayDo(viewer, 'READ') && <Standing everyMs={lookAgainMs} />}
      {mayDo(viewer, 'READ') && <Figures everyMs={lookAgainMs} />}
      <Section title={texts.links}>
        <ul className={css.plain}>
          <li>
            <a href={`${basePath}graphql`}>{texts.graphiql}</a>
          </li>
          <li>
            <a href={`${basePath}docs`}>{texts.docs}</a>
          </li>
          <li>
            <a href={`${basePath}openapi.json`}>{texts.openapi}</a>
          </li>
          <li>{texts.metrics}</li>
        </ul>
      </Section>
      {mayDo(viewer, 'ADMIN') && <ServerSettings />}
    </>
  );
}

interface Readiness {
  ok: boolean;
  checks: Record<string, string>;
  frozen?: boolean;
}

function Health(): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: ['ready'],
    // One that is not ready says so with status 503, and why in its body.
    queryFn: async ({ signal }) => (await (await readPath('ready', signal)).json()) as Readiness,
    refetchInterval: lookAgainMs,
  });
  return (
    <Section title={texts.health}>
      {data === undefined &&
        (error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={2} />)}
      {data && (
        <>
          <div className={css.buttons}>
            <Mark tone={data.ok ? 'good' : 'bad'}>{data.ok ? texts.ready : texts.notReady}</Mark>
            {data.frozen && <Mark tone="wait">{texts.frozen}</Mark>}
          </div>
          <Facts
            facts={Object.entries(data.checks ?? {}).map(([name, result]) => [
              texts.checks[name] ?? name,
              result === 'ok' ? (
                <Mark key={name} tone="good">
                  {texts.ok}
                </Mark>
              ) : (
                <span key={name}>
                  <Mark tone="bad">{texts.failed}</Mark> <Text>{result}</Text>
                </span>
              ),
            ])}
          />
        </>
      )}
    </Section>
  );
}
