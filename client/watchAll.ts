import { print } from 'graphql';
import { ChangedDocument, type ChangedSubscription } from './generated/graphql.ts';
import type { ConnectionOptions } from './request.ts';
import { subscribe } from './subscription.ts';

/** What changed within a moment. */
export type Changes = ChangedSubscription['changed'];

/** Of so many rows it is known how far they had come; older ones are forgotten. */
const maxKnown = 10_000;

/**
 * Yields which tasks, runs and approvals change, those that are no news left out. With \`readAgain\`, which comes first and
 * after every break, changes may have been missed: read again what you show. Ends with the signal, or when the reader stops.
 * @throws ApiError when the server refuses, ApiUnreachableError after as many failures in a row as there are attempts
 */
export async function* watchAll(
  options: ConnectionOptions,
  { signal, onConnect }: { signal?: AbortSignal | undefined; onConnect?: (() => void) | undefined } = {},
): AsyncGenerator<Changes, void, undefined> {
  const known = new Map<string, number>();
  const subscription = {
    body: JSON.stringify({ query: print(ChangedDocument) }),
    what: 'all runs',
    read: (data: unknown) => (data as ChangedSubscription).changed,
    onConnect,
  };
  for await (const { readAgain, rows } of subscribe(options, subscription, signal)) {
    const news = rows.filter((row) => isNews(known, row));
    if (readAgain || news.length > 0) yield { readAgain, rows: news };
  }
}

function isNews(known: Map<string, number>, { id, version }: Changes['rows'][number]): boolean {
  const before = known.get(id);
  if (before !== undefined && before >= version) return false;
  known.delete(id);
  known.set(id, version);
  const [oldest] = known.keys();
  if (known.size > maxKnown && oldest !== undefined) known.delete(oldest);
  return true;
}
