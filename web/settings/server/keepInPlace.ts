/** A row that is known by the name of its worker. */
interface Named {
  worker: string;
  state: string;
}

/**
 * Keeps rows where they stand while somebody looks: each as it is now, one that is not among those asked for any more as
 * gone, and new ones only behind the last. What would come between them is left out, and counted by `freshAmong`. Of rows
 * that are cut off, one that is missing may only have been moved out by others: it stays as it was.
 */
export function keepInPlace<Row extends Named>(
  shown: readonly Row[],
  now: readonly Row[],
  isCut: boolean,
): readonly Row[] {
  const byName = new Map(now.map((row) => [row.worker, row]));
  const kept = shown.map((row) => byName.get(row.worker) ?? (isCut ? row : { ...row, state: 'GONE' }));
  const known = new Set(shown.map(({ worker }) => worker));
  const last = now.findLastIndex(({ worker }) => known.has(worker));
  return [...kept, ...now.slice(last + 1)];
}

/** How many of the rows are not shown yet. */
export function freshAmong(shown: readonly Named[], now: readonly Named[]): number {
  const known = new Set(shown.map(({ worker }) => worker));
  return now.filter(({ worker }) => !known.has(worker)).length;
}
