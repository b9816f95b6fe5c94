import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useAsk } from '../../data/useAsk.ts';
import { mayDo, useViewer } from '../../data/useViewer.ts';
import { BusyWorkersDocument, type BusyWorkersQuery, DrainDocument } from '../../generated/graphql.ts';
import { useNews } from '../../live/useLive.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { TextField } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { Section } from '../../parts/Section.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Text } from '../../parts/Text.tsx';
import { Time } from '../../parts/Time.tsx';
import { type Column, Table } from '../../parts/table/Table.tsx';
import { settingsTexts, workerTexts as texts } from '../../texts/settings.ts';
import { Head } from '../Head.tsx';
import css from '../settings.module.css';

interface Busy {
  worker: string;
  since: string;
  tasks: BusyWorkersQuery['tasks']['nodes'];
}

/** `/settings/workers`: the workers that run something now, and draining. */
export function Component(): ReactNode {
  const viewer = useViewer();
  const mayDrain = mayDo(viewer, 'OPERATE');
  const [draining, setDraining] = useState<string>();
  const [done, setDone] = useState('');
  const { data, error, refetch } = useAsk(BusyWorkersDocument, {});
  useNews(() => refetch());
  return (
    <>
      <Head title={settingsTexts.views.workers}>
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
      <Section title={texts.title}>
        <p className="muted">
          {[texts.text, !mayDrain && viewer && texts.whoMay, data?.tasks.pageInfo.hasNextPage && texts.cut]
            .filter(Boolean)
            .join(' ')}
        </p>
        {data === undefined ? (
          error ? (
            <Problem error={error} onRetry={() => void refetch()} />
          ) : (
            <Loading rows={3} />
          )
        ) : (
          <Table
            columns={mayDrain ? [...columns, drainColumn(setDraining)] : columns}
            rows={busyOf(data)}
            keyOf={({ worker }) => worker}
            label={texts.title}
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
          }}
          onClose={() => setDraining(undefined)}
        />
      )}
    </>
  );
}

const columns: readonly Column<Busy>[] = [
  { name: texts.worker, cell: ({ worker }) => <Text>{worker}</Text> },
  {
    name: texts.runs,
    cell: ({ tasks }) => (
      <ul className={css.plain}>
        {tasks.map((task) => (
          <li key={task.id}>
            <Link to={`/tasks/${task.databaseId}`}>
              <Text>{`${task.task} #${task.databaseId}`}</Text>
            </Link>
          </li>
        ))}
      </ul>
    ),
  },
  { name: texts.since, cell: ({ since }) => <Time at={since} /> },
];

function drainColumn(onDrain: (worker: string) => void): Column<Busy> {
  return {
    name: texts.change,
    cell: ({ worker }) => (
      <div className={css.rowButtons}>
        <button type="button" aria-label={texts.drainOf(worker)} onClick={() => onDrain(worker)}>
          {texts.drain}
        </button>
      </div>
    ),
  };
}

/** Who runs what: a worker is known by the attempts that have not ended. */
function busyOf({ tasks }: BusyWorkersQuery): Busy[] {
  const open = tasks.nodes.flatMap((task) =>
    task.attempts
      .filter(({ finishedAt }) => finishedAt === null)
      .map(({ worker, startedAt }) => ({ worker, startedAt, task })),
  );
  const workers = [...new Set(open.map(({ worker }) => worker))].sort();
  return workers.map((worker) => {
    const own = open.filter((one) => one.worker === worker);
    return {
      worker,
      since: own.map(({ startedAt }) => startedAt).sort()[0] ?? '',
      tasks: own.map(({ task }) => task),
    };
  });
}

function DrainDialog({
  worker: known,
  onDone,
  onClose,
}: {
  /** Empty where its name is still to be written. */
  worker: string;
  onDone: (text: string) => void;
  onClose: () => void;
}): ReactNode {
  const [worker, setWorker] = useState(known);
  const { isBusy, refusal, run } = useAct(DrainDocument, (drained) => {
    onClose();
    onDone(texts.done(drained.worker, drained.running));
  });
  return (
    <ActDialog
      title={texts.drainTitle(known)}
      confirm={texts.drain}
      isDangerous
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => run({ input: { worker: worker.trim() } })}
      onClose={onClose}
    >
      <p>{texts.drainText}</p>
      {known === '' && (
        <TextField label={texts.name} hint={texts.nameHint} value={worker} onChange={setWorker} isRequired />
      )}
    </ActDialog>
  );
}
