import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lends the path of a file that does not exist yet, and removes what was written there afterwards. */
export async function withTemporaryFile<Result>(
  name: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-'));
  try {
    return await use(join(directory, name));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
