import { lazy, type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { clockShift } from '../data/serverClock.ts';
import { useShared } from '../data/shared.ts';
import { useAsk } from '../data/useAsk.ts';
import { TonightDocument, type TonightQuery } from '../generated/graphql.ts';
import { useNews } from '../live/useLive.ts';
import { ActionButton } from '../parts/act/ActionButton.tsx';
import { LookOnly } from '../parts/act/LookOnly.tsx';
import { momentOf } from '../parts/filters/fields.ts';
import { Section } from '../parts/Section.tsx';
import { Empty } from '../parts/states/Empty.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Text } from '../parts/Text.tsx';
import { ListTable } from '../parts/table/ListTable.tsx';
import { Failures } from '../runs/Failures.tsx';
import { isFailure, isOpen } from '../runs/outcome.ts';
import { runColumns, usualRunColumns } from '../runs/runColumns.tsx';
import layout from '../runs/runs.module.css';
import { useTitle } from '../shell/useTitle.ts';
import { runTexts } from '../texts/runs.ts';
import { tonightTexts as texts } from '../texts/tonight.ts';
import { Current } from './Current.tsx';
import { FreezeNotice } from './FreezeNotice.tsx';
import css from './tonight.module.css';
import { Verdict } from './Verdict.tsx';
import { Waiting } from './Waiting.tsx';

const StartDialog = lazy(() => import('./dialogs/StartDialog.tsx'));
const FreezeDialog = lazy(() => import('./dialogs/FreezeDialog.tsx'));

/** There is no room for who started them. */
const runsHere = usualRunColumns.filter((name) => name !== 'started_by');

/** `/`: whether the night was good, what waits, and what runs now. */
export function Component(): ReactNode {
  useTitle(texts.title);
  // Hours are counted by the server's clock, as soon as it is known to differ.
  useShared(clockShift);
  const since = momentOf('24h') ?? '';
  const { data, error, refetch } = useAsk(TonightDocument, { since }, { keepLast: true });
  const [started, setStarted] = useState<string>();
  useNews(() => refetch());
  return (
    <div className={layout.view}>
      {data?.freeze && <FreezeNotice freeze={data.freeze} />}
      <header className={layout.head}>
        <h1>{texts.title}</h1>
        <div className={layout.actions}>
          <ActionButton label={texts.start.button} scope="OPERATE" tone="primary">
            {(close) => <StartDialog onStarted={setStarted} onClose={close} />}
          </ActionButton>
          <ActionButton label={texts.freeze.button} scope="OPERATE" isOff={!data || data.freeze !== null}>
            {(close) => <FreezeDialog onClose={close} />}
          </ActionButton>
        </div>
      </header>
      <LookOnly scope="OPERATE" />
      {started !== undefined && (
        <p className={css.started}>
          <Link to={`/runs/${encodeURIComponent(started)}`}>
            <Text>{started}</Text>
          </Link>{' '}
          {texts.start.done}
        </p>
      )}
      {data === undefined &&
        (error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={12} />)}
      {data && <Night tonight={data} since={since} />}
    </div>
  );
}

function Night({ tonight, since }: { tonight: TonightQuery; since: string }): ReactNode {
  const { runs, waiting, open, taken } = tonight;
  const failures = tonight.failures.nodes.filter(isFailure);
  const all = open.totalCount + taken.totalCount;
  const current = runs.nodes.find(isOpen) ?? runs.nodes[0];
  if (current === undefined)
    return (
      <Empty title={texts.empty.title} text={texts.empty.text}>
        <code>{texts.empty.command}</code>
      </Empty>
    );
  return (
    <>
      <div className={css.top}>
        <Verdict tonight={tonight} since={since} />
        <Waiting waiting={waiting} />
      </div>
      {failures.length > 0 && (
        <Failures tasks={failures} withRun>
          {all > failures.length && (
            <p className="muted">
              {texts.failures.more(all)} <Link to="/tasks?status=failed&since=24h">{texts.failures.all}</Link>
            </p>
          )}
        </Failures>
      )}
      <Current runId={current.runId} />
      <Section title={texts.runs.title} tools={<Link to="/runs">{texts.runs.all}</Link>}>
        <div className={css.runs}>
          <ListTable
            columns={runColumns}
            labels={runTexts.columns}
            chosen={runsHere}
            rows={runs.nodes}
            label={texts.runs.title}
          />
        </div>
      </Section>
    </>
  );
}
