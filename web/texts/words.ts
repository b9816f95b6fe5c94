import { approvalStates } from '../../contract/words/approvals.ts';
import { taskStatuses, taskStatusFacts } from '../../contract/words/taskStatus.ts';
import { spaced } from '../../contract/words/words.ts';

/** How people read a status. */
export const statusWords = Object.fromEntries(
  taskStatuses.map((status) => [status, taskStatusFacts[status].label]),
) as Record<(typeof taskStatuses)[number], string>;

/** How people read the state of an approval. */
export const approvalWords = Object.fromEntries(
  approvalStates.map((state) => [state, spaced(state)]),
) as Record<(typeof approvalStates)[number], string>;

/** How people read a name of GraphQL, e.g. `EMAIL_WEBHOOK`. */
export function readable(name: string): string {
  return spaced(name.toLowerCase());
}

/** Writes how many there are of something. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
