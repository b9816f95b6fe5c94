import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { planLabel } from '../../../contract/projectName.ts';
import type { WorkerState } from '../../generated/graphql.ts';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import type { Column } from '../../parts/table/Table.tsx';
import { workerTexts as texts } from '../../texts/settings.ts';
import { Mark, type Tone } from '../Mark.tsx';
import css from '../settings.module.css';
import type { Worker } from './useWorkers.ts';

const tones: Record<WorkerState, Tone> = { BUSY: 'good', IDLE: 'calm', DRAINING: 'wait', GONE: 'bad' };

const names = texts.columns;

/** What is shown of each worker. */
export const workerColumns: readonly Column<Worker>[] = [
  { name: names.worker, cell: ({ worker }) => <Text>{worker}</Text> },
  { name: names.state, cell: (worker) => <State worker={worker} /> },
  { name: names.runs, cell: (worker) => <Running worker={worker} /> },
  { name: names.plans, cell: (worker) => <Takes worker={worker} /> },
  { name: names.version, cell: (worker) => <Version worker={worker} /> },
];

function State({ worker: { state, lastSeenAt } }: { worker: Worker }): ReactNode {
  return (
    <div className={css.stack}>
      <Mark tone={tones[state]}>{texts.states[state]}</Mark>
      <span className="muted">
        {texts.seen} <Time at={lastSeenAt} />
      </span>
    </div>
  );
}

function Running({ worker }: { worker: Worker }): ReactNode {
  const { attempts, running, concurrency } = worker;
  return (
    <div className={css.stack}>
      {attempts.length > 0 && (
        <ul className={css.plain}>
          {attempts.map(({ id, number, startedAt, task }) => (
            <li key={id}>
              <Link to={`/tasks/${task.databaseId}`}>
                <Text>{`${task.task} #${task.databaseId}`}</Text>
              </Link>{' '}
              <span className="muted">
                {number > 1 && `${texts.attempt(number)}, `}
                {texts.since} <Time at={startedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {running > attempts.length && <span className="muted">{texts.more(running - attempts.length)}</span>}
      <span className="muted">
        {concurrency !== null ? texts.ofSlots(running, concurrency) : running === 0 && texts.nothing}
      </span>
    </div>
  );
}

/** Each plan once, with the contents of it that are offered when one points at it; and the labels. */
function Takes({ worker: { plans, labels } }: { worker: Worker }): ReactNode {
  const labelled = plans.map(({ project, plan, hash }) => ({
    label: planLabel({ project, name: plan }),
    hash: hash.slice(0, 12),
  }));
  const names = [...new Set(labelled.map(({ label }) => label))];
  const hashesOf = (name: string) => labelled.filter(({ label }) => label === name).map(({ hash }) => hash);
  if (names.length === 0 && labels.length === 0) return <Nothing />;
  return (
    <div className={css.stack}>
      {names.map((name) => (
        <Link key={name} to={`/plans/${encodeURIComponent(name)}`} title={texts.contents(hashesOf(name))}>
          <Text>{name}</Text>
        </Link>
      ))}
      {labels.length > 0 && (
        <span className="muted">
          {texts.labels} <Text>{labels.join(', ')}</Text>
        </span>
      )}
    </div>
  );
}

function Version({ worker }: { worker: Worker }): ReactNode {
  const { version, isOutdated, protocol, node, platform } = worker;
  const details = [
    protocol !== null && texts.protocol(protocol),
    node !== null && texts.node(node),
    platform,
  ].filter(Boolean);
  return (
    <div className={css.stack}>
      {version === null ? <span className="muted">{texts.unknown}</span> : <Text>{version}</Text>}
      {isOutdated && (
        <Mark tone="wait" title={texts.outdatedTitle}>
          {texts.outdated}
        </Mark>
      )}
      {details.length > 0 && (
        <span className="muted">
          <Text>{details.join(', ')}</Text>
        </span>
      )}
    </div>
  );
}
