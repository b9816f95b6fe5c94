import { createHash } from 'node:crypto';

/**
 * Puts test files in the order in which they tell most: the nearest to the changes first, those of unknown distance
 * last. Equally near ones are dealt anew for every `deal` (a date), so that each has its turn when time runs out.
 */
export function orderTests(
  files: readonly string[],
  distances: ReadonlyMap<string, number>,
  deal: string,
): string[] {
  const cards = [...new Set(files)].map((file) => ({
    file,
    distance: distances.get(file) ?? Number.MAX_SAFE_INTEGER,
    card: createHash('sha256').update(`${deal}\n${file}`).digest('hex'),
  }));
  cards.sort((left, right) => left.distance - right.distance || (left.card < right.card ? -1 : 1));
  return cards.map(({ file }) => file);
}
