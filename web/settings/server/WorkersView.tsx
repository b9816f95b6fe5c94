import { type ReactNode, useState } from 'react';
import { mayDo, useViewer } from '../../data/useViewer.ts';
import { announce } from '../../parts/announce.ts';
import { Section } from '../../parts/Section.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Text } from '../../parts/Text.tsx';
import { FreshRows } from '../../parts/table/FreshRows.tsx';
import { type Column, Table } from '../../parts/table/Table.tsx';
import { settingsTexts, workerTexts as texts } from '../../texts/settings.ts';
import { FlagBox } from '../FlagBox.tsx';
import { Head } from '../Head.tsx';
import css from '../settings.module.css';
import { useFlag } from '../useFlag.ts';
import { DrainDialog } from './DrainDialog.tsx';
import { useWorkers, type Worker } from './useWorkers.ts';
import { workerColumns } from './workerColumns.tsx';

/** `/settings/workers`: who works for the server, and draining. */
export function Component(): ReactNode {
  const viewer = useViewer();
  const mayDrain = mayDo(viewer, 'OPERATE');
  const [withGone, setWithGone] = useFlag('gone');
  const [draining, setDraining] = useState<string>();
  const [done, setDone] = useState('');
  const { rows, error, isCut, fresh, showFresh, readAgain } = useWorkers(withGone);
  return (
    <>
      <Head title={settingsTexts.views.workers}>
        <FlagBox isChosen={withGone} onChange={setWithGone}>
          {texts.gone}
        </FlagBox>
        {mayDrain && (
          <button type="button" onClick={() => setDraining('')}>
            {texts.drainOther}
          </button>
        )}
      </Head>
      {done !== '' && (
        <p>
          <Text>{done}</Text>
        </p>
      )}
      <Section title={texts.title(withGone)}>
        <p className="muted">
          {[texts.text, !mayDrain && viewer && texts.whoMay, isCut && texts.cut].filter(Boolean).join(' ')}
        </p>
        <FreshRows count={fresh} noun={texts.noun} onShow={showFresh} />
        {rows === undefined ? (
          error ? (
            <Problem error={error} onRetry={readAgain} />
          ) : (
            <Loading rows={3} />
          )
        ) : (
          <Table
            columns={mayDrain ? [...workerColumns, drainColumn(setDraining)] : workerColumns}
            rows={rows}
            keyOf={({ worker }) => worker}
            label={texts.table}
            none={texts.none}
          />
        )}
      </Section>
      {draining !== undefined && (
        <DrainDialog
          worker={draining}
          onDone={(text) => {
            setDone(text);
            announce(text);
            readAgain();
          }}
          onClose={() => setDraining(undefined)}
        />
      )}
    </>
  );
}

function drainColumn(onDrain: (worker: string) => void): Column<Worker> {
  return {
    name: texts.change,
    // The button of one that drains or is gone stays where it is: it may be back the next moment.
    cell: ({ worker, state }) => (
      <div className={css.rowButtons}>
        <button
          type="button"
          disabled={state === 'DRAINING' || state === 'GONE'}
          aria-label={texts.drainOf(worker)}
          onClick={() => onDrain(worker)}
        >
          {texts.drain}
        </button>
      </div>
    ),
  };
}
