import * as z from 'zod';
import { isOlderVersion, packageVersion } from '../../contract/packageVersion.ts';
import { protocol } from '../../contract/protocol.ts';
import { workerStateFacts, workerStates } from '../../contract/words/workers.ts';
import type { OfferedPlan } from '../../domain/engine/workerDetails.ts';
import { countWorkers, readWorkerPage, type Worker } from '../../domain/engine/workers.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { enumOf } from '../enums.ts';
import { needs } from '../needs.ts';
import { AttemptType } from './attempt.ts';

const WorkerStateEnum = enumOf('WorkerState', workerStateFacts, {
  description: 'The state of a worker.',
});

const OfferedPlanType = builder.objectRef<OfferedPlan>('OfferedPlan').implement({
  description: 'A plan whose steps a worker can run, with one of its contents.',
  fields: (t) => ({
    plan: t.exposeString('name', { description: 'Its name.' }),
    project: t.string({
      nullable: true,
      description: 'Its project; null for none.',
      resolve: ({ project }) => project || null,
    }),
    hash: t.exposeString('hash', {
      description:
        'The hash of the content. A worker offers several contents of a plan while runs on record use older ones.',
    }),
  }),
});

/** `Worker`: no node, since it is known only for as long as it is heard of. */
const WorkerType = builder.objectRef<Worker>('Worker').implement({
  description:
    'A worker, by its name: all processes of that name together. What it says of itself is unknown (null) until it has asked for work, and of a process of `nightshift run`.',
  fields: (t) => ({
    worker: t.exposeString('worker', { description: 'Its name, as shown in attempts.' }),
    state: t.expose('state', { type: WorkerStateEnum, description: 'Its state.' }),
    lastSeenAt: t.expose('seenAt', {
      type: 'DateTime',
      description: 'When it was last heard of, to a third of a lease (10 seconds by default).',
    }),
    startedAt: t.expose('upSince', {
      type: 'DateTime',
      description: 'When its newest process started.',
    }),
    version: t.string({
      nullable: true,
      description: 'Its version of Nightshift.',
      resolve: ({ about }) => about?.version,
    }),
    protocol: t.int({
      nullable: true,
      description: 'The protocol that it speaks.',
      resolve: ({ about }) => about?.protocol,
    }),
    isOutdated: t.boolean({
      nullable: true,
      description: 'Whether it is older than the server; null if its version is unknown.',
      resolve: isOutdated,
    }),
    node: t.string({
      nullable: true,
      description: 'Its version of Node.',
      resolve: ({ about }) => about?.node,
    }),
    platform: t.string({
      nullable: true,
      description: 'Its operating system and processor, e.g. `linux x64`.',
      resolve: ({ about }) => about?.platform,
    }),
    concurrency: t.int({
      nullable: true,
      description: 'How many commands it runs at once.',
      resolve: ({ about }) => about?.concurrency,
    }),
    labels: t.exposeStringList('labels', { description: 'Its labels; at most 100.' }),
    plans: t.field({
      type: [OfferedPlanType],
      description: 'The plans whose steps it can run, by project and name; at most 100.',
      resolve: ({ scopes }, _args, { loadOfferedPlans }) => loadOfferedPlans(scopes),
    }),
    running: t.exposeInt('running', { description: 'How many attempts it runs.' }),
    attempts: t.field({
      type: [AttemptType],
      description: 'The attempts that it runs, those that began first first; at most 50.',
      resolve: ({ worker, running }, _args, { loadRunning }) => (running === 0 ? [] : loadRunning(worker)),
    }),
  }),
});

function isOutdated({ about }: Worker): boolean | null {
  if (about?.version == null) return null;
  return isOlderVersion(about.version, packageVersion()) || (about.protocol ?? protocol) < protocol;
}

const WorkerConnection = builder.connectionObject(
  { type: WorkerType, name: 'WorkerConnection', description: 'A page of workers, by name.' },
  { name: 'WorkerEdge', description: 'A worker and its position in the list.' },
);

const workersInput = z.object({
  states: z.array(z.enum(workerStates)).min(1).max(workerStates.length).nullish(),
});

builder.queryFields((t) => ({
  workers: t.connection(
    {
      type: WorkerType,
      description:
        'The workers that were heard of within the last day, by name, page by page. Requires the `read` scope.',
      authScopes: needs('listWorkers'),
      args: {
        states: t.arg({
          type: [WorkerStateEnum],
          description: 'Only workers in one of these states. Default: all.',
        }),
      },
      resolve: (_root, { states: given, ...page }, context) => {
        const states = readInput(workersInput, { states: given }).states ?? undefined;
        const { store } = context;
        return connect(
          context,
          page,
          (range) => readWorkerPage(store, { states }, range),
          () => countWorkers(store, { states }, maxTotalCount),
        );
      },
    },
    WorkerConnection,
  ),
}));
