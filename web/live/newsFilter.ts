import type { PageChangesSubscription } from '../generated/graphql.ts';
import type { Change } from './events.ts';

type Row = PageChangesSubscription['changed']['rows'][number];

/** Of so many rows it is known how far they had come; older ones are forgotten. */
const maxKnown = 10_000;

/** Makes a filter that lets rows through which have come further than when it saw them last. */
export function createNewsFilter(): (rows: readonly Row[]) => Change[] {
  const known = new Map<string, number>();
  return (rows) => rows.filter((row) => isNews(known, row));
}

function isNews(known: Map<string, number>, { id, version }: Row): boolean {
  if ((known.get(id) ?? Number.NEGATIVE_INFINITY) >= version) return false;
  known.delete(id);
  known.set(id, version);
  const [oldest] = known.keys();
  if (known.size > maxKnown && oldest !== undefined) known.delete(oldest);
  return true;
}
