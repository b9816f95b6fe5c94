import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { queueProvider } from '../../../domain/queue/queueProvider.ts';
import { useDatabase } from '../../support/databases.ts';

describe('The queue of several replicas', () => {
  const database = useDatabase('postgres');

  it('starts for all of them at once on a new database, and leaves their connections usable', async () => {
    for (let round = 0; round < 3; round++) {
      const config = await database.createFresh();
      const replicas = await Promise.all(Array.from({ length: 4 }, () => openDatabase(config)));
      const queues = replicas.map((db) => queueProvider(db, () => undefined));
      await Promise.all(queues.map((queue) => queue.get()));
      const asked = replicas.flatMap((db) =>
        Array.from({ length: 12 }, () => db.query({ text: 'SELECT 1' })),
      );
      expect(await Promise.all(asked)).toHaveLength(48);
      await Promise.all(queues.map((queue) => queue.stop()));
      await Promise.all(replicas.map((db) => db.close()));
    }
  });
});
