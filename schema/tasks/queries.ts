import { countTasks, readTaskPage } from '../../domain/tasks/page.ts';
import { findTask } from '../../domain/tasks/read.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { needsUnlessWorking } from '../needs.ts';
import { isTaskOfOwnRun, readableOnly } from '../ownWork.ts';
import { readFilter, TaskFilterInput } from './filter.ts';
import { TaskConnection, TaskType } from './task.ts';
import { olderKey, readTaskId, TaskKeyInput } from './taskId.ts';

/** What a search counts for, beside its page, of the nodes that one request may read: one may hold a few. */
const nodesOfSearch = 1000;

builder.queryFields((t) => ({
  task: t.field({
    type: TaskType,
    nullable: true,
    description: 'One task; null if there is none with this id.',
    authScopes: (_root, { by, ...older }, context) =>
      needsUnlessWorking('readTask', context.viewer, () =>
        isTaskOfOwnRun(context, { task: by, ...older }, 'by'),
      ),
    args: {
      by: t.arg({
        type: TaskKeyInput,
        description: 'Which task. Prefer this to `id` and `databaseId`, which are deprecated.',
      }),
      id: t.arg.id({ description: 'Deprecated: its global id.', ...olderKey('by', 'id') }),
      databaseId: t.arg.int({
        description: 'Deprecated: its ID in REST and SQL.',
        ...olderKey('by', 'databaseId'),
      }),
    },
    resolve: (_root, { by, ...older }, { store }) =>
      findTask(store.db, readTaskId({ task: by, ...older }, 'by')),
  }),

  tasks: t.connection(
    {
      type: TaskType,
      description: 'Tasks, newest first, page by page.',
      authScopes: (_root, _args, { viewer }) => needsUnlessWorking('pageTasks', viewer, () => true),
      args: { filter: t.arg({ type: TaskFilterInput, description: 'Only the tasks that match.' }) },
      resolve: async (_root, { filter: given, ...page }, context) => {
        const filter = await readableOnly(context, readFilter(given));
        if (filter.text != null) context.spendNodes(nodesOfSearch);
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
