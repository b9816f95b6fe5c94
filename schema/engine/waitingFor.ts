import { waitFacts } from '../../contract/words/runs.ts';
import type { WaitingFor } from '../../domain/engine/waitingFor.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { TaskType } from '../tasks/task.ts';

const WaitKindEnum = enumOf('WaitKind', waitFacts, {
  description: 'What a task can wait for.',
});

/** `WaitingFor`: why a task does not go on. */
const WaitingForType = builder.objectRef<WaitingFor>('WaitingFor').implement({
  description: 'What a task waits for just now.',
  fields: (t) => ({
    kind: t.expose('kind', { type: WaitKindEnum, description: 'What it is.' }),
    reason: t.exposeString('reason', { description: 'The same in a sentence.' }),
    needs: t.exposeStringList('needs', {
      description: 'The names of the steps that it needs and that have not succeeded; of NEED.',
    }),
    lock: t.exposeString('lock', { nullable: true, description: 'The key of the lock; of LOCK.' }),
    holder: t.field({
      type: TaskType,
      nullable: true,
      description: 'The task that holds the lock; null where none does, and others are in line.',
      resolve: ({ holderId }, _args, { loadTask }) => (holderId === null ? null : loadTask(holderId)),
    }),
    labels: t.exposeStringList('labels', {
      description: 'The labels that a worker must have; of WORKER and NO_WORKER.',
    }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description: 'When the pause ends; of PAUSE.',
    }),
  }),
});

builder.prismaObjectField('Task', 'waitingFor', (t) =>
  t.field({
    type: WaitingForType,
    nullable: true,
    description:
      'What it waits for just now; null when it runs or has ended, and for a queued task of an outside reporter.',
    resolve: ({ id }, _args, { loadWaitingFor }) => loadWaitingFor(id),
  }),
);
