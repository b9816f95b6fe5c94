import { type ChangedKind, changedKindFacts } from '../../contract/words/changes.ts';
import type { ChangedTasks } from '../../domain/changes/changeWatch.ts';
import { type ChangedTask, readChanged } from '../../domain/changes/readChanged.ts';
import type { Store } from '../../domain/store.ts';
import { createBatch } from '../batch.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { needs } from '../needs.ts';
import { encodeNodeId } from '../nodeId.ts';
import { until } from './until.ts';

/** A row that changed, with the task by which that was heard. */
interface ChangedRow {
  kind: ChangedKind;
  id: string;
  databaseId: number | null;
  version: number;
  of: ChangedTask;
}

interface Changes {
  readAgain: boolean;
  rows: ChangedRow[];
}

const ChangedKindEnum = enumOf('ChangedKind', changedKindFacts, { description: 'What changed.' });

const ChangedRowType = builder.objectRef<ChangedRow>('ChangedRow').implement({
  description: 'A task, a run or an approval that was created or changed, and what to filter it by.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ChangedKindEnum, description: 'What it is.' }),
    id: t.exposeID('id', { description: 'Its global ID, as `node` takes it.' }),
    databaseId: t.exposeInt('databaseId', {
      nullable: true,
      description: 'Its ID in REST and SQL; null for a run, which is known by `runId`.',
    }),
    version: t.exposeInt('version', {
      description:
        'How far it has come: the same as `version` of the task, run or approval. If you have read it with this version or a higher one, this is no news.',
    }),
    runId: t.string({ description: 'Its run.', resolve: ({ of }) => of.runId }),
    plan: t.string({
      nullable: true,
      description: 'The plan of the run; null if its tasks were externally reported.',
      resolve: ({ of }) => of.plan,
    }),
    project: t.string({
      nullable: true,
      description: 'The project of that plan; null for none.',
      resolve: ({ of }) => of.project,
    }),
    taskId: t.int({
      nullable: true,
      description: 'The `databaseId` of its task; null for a run.',
      resolve: ({ kind, of }) => (kind === 'run' ? null : of.id),
    }),
    task: t.string({
      nullable: true,
      description: 'The step of that task; null for a run.',
      resolve: ({ kind, of }) => (kind === 'run' ? null : of.task),
    }),
  }),
});

const ChangesType = builder.objectRef<Changes>('Changes').implement({
  description: 'What changed within a moment.',
  fields: (t) => ({
    readAgain: t.exposeBoolean('readAgain', {
      description:
        'Whether changes before this may have been missed, so that you read again what you show. True in the first event, after the server was cut off from others or you read too slowly, and when old runs were deleted.',
    }),
    rows: t.expose('rows', {
      type: [ChangedRowType],
      description: 'The rows that changed, each once, in no order. At most 1,250.',
    }),
  }),
});

builder.subscriptionField('changed', (t) =>
  t.field({
    type: ChangesType,
    description:
      'Tells you which tasks, runs and approvals are created or changed, of all runs, so that you read again what you show of them. Several changes of one row within a moment come once, and a row may come twice: compare `version`. The server limits the open streams of each caller, and of all together.',
    authScopes: needs('watchAll'),
    subscribe: (_root, _args, { store, viewer }) =>
      readEach(until(viewer.ended, store.changes.watchAll(viewer)), loaderOf(store)),
    resolve(changes, _args, { startOver }) {
      startOver();
      return changes;
    },
  }),
);

type Load = (taskId: number) => Promise<ChangedTask | null>;

const loaders = new WeakMap<Store['changes'], Load>();

/** Reads changed tasks for all who watch: those who hear of them together read them with one statement. */
function loaderOf(store: Store): Load {
  const known = loaders.get(store.changes);
  if (known !== undefined) return known;
  const load = createBatch((taskIds: number[]) => readChanged(store.db, taskIds));
  loaders.set(store.changes, load);
  return load;
}

/** Turns the numbers of changed tasks into rows. What is gone is left out; where nothing is left nothing is told. */
function readEach(changed: AsyncIterableIterator<ChangedTasks>, load: Load): AsyncIterableIterator<Changes> {
  return {
    async next() {
      for (;;) {
        const { done, value } = await changed.next();
        if (done) return { done, value: undefined };
        const tasks = await Promise.all(value.taskIds.map(load));
        const rows = rowsOf(tasks.filter((task) => task !== null));
        if (value.hasGap || rows.length > 0) return { done: false, value: { readAgain: value.hasGap, rows } };
      }
    },
    async return() {
      await changed.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function rowsOf(tasks: readonly ChangedTask[]): ChangedRow[] {
  const runs = new Map(tasks.map((task) => [task.runId, task]));
  const ofRuns = [...runs.values()].map((of) =>
    rowOf('run', of.runId, { databaseId: null, version: of.runVersion ?? 0, of }),
  );
  const ofTasks = tasks.flatMap((of) => [
    rowOf('task', of.id, { databaseId: of.id, version: of.version, of }),
    ...(of.approvals ?? []).map(({ id, version }) => rowOf('approval', id, { databaseId: id, version, of })),
  ]);
  return [...ofRuns, ...ofTasks];
}

const typenames = { task: 'Task', run: 'Run', approval: 'Approval' } as const;

function rowOf(kind: ChangedKind, key: string | number, row: Omit<ChangedRow, 'kind' | 'id'>): ChangedRow {
  return { kind, id: encodeNodeId(typenames[kind], key), ...row };
}
