import { waitFacts } from '../../contract/words/runs.ts';
import type { WaitingFor } from '../../domain/engine/waitingFor.ts';
import { mayDo } from '../../domain/input/viewer.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { TaskType } from '../tasks/task.ts';

const WaitKindEnum = enumOf('WaitKind', waitFacts, {
  description: 'What a task can wait for.',
});

/** `WaitingFor`: why a task does not go on. */
const WaitingForType = builder.objectRef<WaitingFor>('WaitingFor').implement({
  description: 'What a task is waiting for.',
  fields: (t) => ({
    kind: t.expose('kind', { type: WaitKindEnum, description: 'The kind.' }),
    reason: t.exposeString('reason', { description: 'The reason as a sentence.' }),
    needs: t.exposeStringList('needs', {
      description: 'The steps that it needs and that have not succeeded; with `NEED`.',
    }),
    lock: t.exposeString('lock', { nullable: true, description: 'The key of the lock; with `LOCK`.' }),
    holder: t.field({
      type: TaskType,
      nullable: true,
      description:
        'The task that holds the lock; null if none does and others are ahead in the queue for it, and without the `read` scope.',
      resolve: ({ holderId }, _args, { loadTask, viewer }) =>
        holderId === null || !mayDo(viewer, 'read') ? null : loadTask(holderId),
    }),
    labels: t.exposeStringList('labels', {
      description: 'The labels that a worker must have; with `WORKER` and `NO_WORKER`.',
    }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description: 'When it will be retried; with `PAUSE`.',
    }),
  }),
});

builder.prismaObjectField('Task', 'waitingFor', (t) =>
  t.field({
    type: WaitingForType,
    nullable: true,
    description:
      'What it is waiting for; null if it is running or has ended, and for externally reported tasks that are queued.',
    resolve: ({ id }, _args, { loadWaitingFor }) => loadWaitingFor(id),
  }),
);

builder.prismaObjectField('Task', 'needs', (t) =>
  t.stringList({
    description: 'The steps that it needs by its plan; none for an externally reported task.',
    resolve: ({ id }, _args, { loadStepNeeds }) => loadStepNeeds(id),
  }),
);
