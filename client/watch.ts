import { print } from 'graphql';
import {
  TaskChangedDocument,
  type TaskChangedSubscription,
  type TaskFieldsFragment,
} from './generated/graphql.ts';
import type { ConnectionOptions } from './request.ts';
import { subscribe } from './subscription.ts';

/** What watching needs beside the connection. */
export interface WatchOptions extends ConnectionOptions {
  /** Reads every task of the run as it is now, to catch up after a break. */
  readAll: (runId: string, signal: AbortSignal) => AsyncIterable<TaskFieldsFragment>;
  /** Called when the server is connected: what is read from then on and what is yielded leave out no change. */
  onConnect?: (() => void) | undefined;
}

/**
 * Yields a task of the run each time one is created or changed. After a broken connection it connects again and
 * yields whatever changed meanwhile, so the latest state of each task always arrives. Ends with the signal, or
 * when the reader stops.
 * @throws ApiError when the server refuses, ApiUnreachableError after as many failures in a row as there are attempts
 */
export async function* watchRun(
  options: WatchOptions,
  runId: string,
  signal?: AbortSignal,
): AsyncGenerator<TaskFieldsFragment, void, undefined> {
  const known = new Map<string, string>();
  const tasks = subscribe<TaskFieldsFragment>(
    options,
    {
      body: JSON.stringify({ query: print(TaskChangedDocument), variables: { runId } }),
      what: runId,
      read: (data) => (data as TaskChangedSubscription).taskChanged,
      catchUp: (stop) => options.readAll(runId, stop),
      onConnect: options.onConnect,
    },
    signal,
  );
  for await (const task of tasks) if (isNews(known, task)) yield task;
}

function isNews(known: Map<string, string>, task: TaskFieldsFragment): boolean {
  const text = JSON.stringify(task);
  const news = known.get(task.id) !== text;
  known.set(task.id, text);
  return news;
}
