import { countTasks, readTaskPage } from '../../domain/tasks/page.ts';
import { findTask } from '../../domain/tasks/read.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { readFilter, TaskFilterInput } from './filter.ts';
import { TaskConnection, TaskType } from './task.ts';
import { readTaskId } from './taskId.ts';

builder.queryFields((t) => ({
  task: t.field({
    type: TaskType,
    nullable: true,
    description: 'One task; null when there is none with this id.',
    authScopes: { read: true },
    args: {
      id: t.arg.id({ description: 'Its global id; give this or `databaseId`.' }),
      databaseId: t.arg.int({ description: 'Its number, as REST and SQL know it; give this or `id`.' }),
    },
    resolve: (_root, key, { store }) => findTask(store.db, readTaskId(key)),
  }),

  tasks: t.connection(
    {
      type: TaskType,
      description: 'Tasks, newest first, a page at a time.',
      authScopes: { read: true },
      args: { filter: t.arg({ type: TaskFilterInput, description: 'Only the tasks that match.' }) },
      resolve: (_root, { filter: given, ...page }, context) => {
        const filter = readFilter(given);
        const { db } = context.store;
        return connect(
          context,
          page,
          (range) => readTaskPage(db, filter, range),
          () => countTasks(db, filter, maxTotalCount),
        );
      },
    },
    TaskConnection,
  ),
}));
