import { ask } from '../data/ask.ts';
import {
  type TaskFilter,
  TaskNewsDocument,
  TaskPageDocument,
  type TaskRowFragment,
} from '../generated/graphql.ts';
import { type StillList, useStillList } from '../live/useStillList.ts';

/** A list of tasks that stands still. */
export type TaskList = StillList<TaskRowFragment>;

/** Reads the tasks that match, page by page, and keeps what is shown up to date. */
export function useTaskList(filter: TaskFilter): TaskList {
  return useStillList<TaskRowFragment>({
    name: 'tasks',
    kinds: ['TASK'],
    filter,
    async readPage(after, signal) {
      return (await ask(TaskPageDocument, { filter, first: 50, after }, signal)).tasks;
    },
    async readNews(ids) {
      const { nodes, tasks } = await ask(TaskNewsDocument, { ids, filter });
      return { rows: nodes.filter(isTask), first: tasks.nodes };
    },
  });
}

function isTask(node: unknown): node is TaskRowFragment {
  return typeof node === 'object' && node !== null && 'databaseId' in node && 'task' in node;
}
