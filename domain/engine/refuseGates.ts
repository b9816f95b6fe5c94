import { isSame } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { nameIn, readDirectory } from '../audit/directory.ts';
import { OutOfBoundsError } from '../input/errors.ts';
import type { Viewer } from '../input/viewer.ts';
import { startedAll } from '../runs/own.ts';

/**
 * Refuses to end gates of a run with the run where people are listed in ADMIN_USERS, as it is refused to cancel their
 * tasks: to whoever is not listed and did not start the run. The keys of the server itself are not people.
 * @throws OutOfBoundsError
 */
export async function refuseGates(
  tx: Queryable,
  viewer: Viewer,
  { runId, admins = [] }: { runId: string; admins: readonly string[] | undefined },
): Promise<void> {
  if (admins.length === 0 || viewer.kind === 'shared' || viewer.kind === 'system') return;
  if (await startedAll(tx, viewer, [runId])) return;
  const directory = await readDirectory(tx, [viewer.id, ...admins]);
  const name = nameIn(directory, viewer.id);
  if (viewer.kind === 'person' && admins.some((one) => isSame(nameIn(directory, one), name))) return;
  throw new OutOfBoundsError(
    `You can't cancel the run ${runId}: it waits for an approval, which only people in ADMIN_USERS may end, and ${viewer.id} is not listed there.`,
  );
}
