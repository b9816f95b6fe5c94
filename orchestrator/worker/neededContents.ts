import type { Client } from '../../client/index.ts';

/** The most hashes that the server takes with one request. */
export const maxHashes = 1000;

/** Finds those contents of plans that existing runs use, each within its project. */
export async function findNeeded(
  client: Pick<Client, 'plansOnRecord'>,
  contents: ReadonlyMap<string, string | undefined>,
): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  for (const [project, hashes] of Map.groupBy(contents.keys(), (hash) => contents.get(hash)))
    for (let at = 0; at < hashes.length; at += maxHashes)
      for (const hash of await client.plansOnRecord(hashes.slice(at, at + maxHashes), { project }))
        needed.add(hash);
  return needed;
}
