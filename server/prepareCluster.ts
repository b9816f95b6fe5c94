import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../database/database.ts';
import { preparedFile, savePrepared } from '../database/preparedCluster.ts';
import { startQueue } from '../domain/queue/queue.ts';

/**
 * Prepares what a first start of the embedded database lays out, unless it is there already: a cluster with all migrations
 * and the tables of the queue, and nothing of one installation. The id of a database is made by whoever asks for it first.
 */
export async function prepareCluster(preparedDir?: string): Promise<string> {
  const file = await preparedFile({ preparedDir });
  if (existsSync(file)) return file;
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-prepared-'));
  try {
    const db = await openDatabase({ dataDir });
    try {
      const fail = (error: Error) => {
        throw error;
      };
      await (await startQueue(db, fail)).stop();
      await db.query({ text: 'DELETE FROM identity' });
    } finally {
      await db.close();
    }
    const directory = join(dataDir, 'pgdata');
    // The embedded database is `postgres` alone: the files of `template1` and `template0` are for others to be made of.
    for (const unused of ['1', '4'])
      rmSync(join(directory, 'base', unused), { recursive: true, force: true });
    savePrepared(directory, file);
    return file;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    console.log(`A first start of the embedded database begins from ${await prepareCluster()}`);
  } catch (error) {
    // Without it a first start makes its files itself.
    console.warn(`No database was prepared, so a first start takes some seconds longer: ${String(error)}`);
  }
}
