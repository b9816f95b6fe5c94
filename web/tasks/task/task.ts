import type { TaskViewQuery } from '../../generated/graphql.ts';

/** A task with all that its view shows. */
export type Task = NonNullable<TaskViewQuery['task']>;
