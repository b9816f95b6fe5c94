import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Puts a migrated embedded database where commands in a directory look for it, which spares them a first start. */
export async function putDatabase(directory: string): Promise<void> {
  await cp(inject('testDatabases').pgliteTemplate, join(directory, '.nightshift'), { recursive: true });
}
