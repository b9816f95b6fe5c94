import { builder } from '../builder.ts';
import { TaskType } from './task.ts';

builder.subscriptionField('taskChanged', (t) =>
  t.field({
    type: TaskType,
    description:
      'Every task of a run that is created or changed from now on. Read the run after subscribing to miss nothing.',
    authScopes: { read: true },
    args: {
      runId: t.arg.string({ required: true, description: 'The run to watch; it need not exist yet.' }),
    },
    subscribe: (_root, { runId }, { store }) => store.changes.watchRun(runId),
    resolve: (task) => task,
  }),
);
