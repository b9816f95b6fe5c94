import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { joinReplicas } from '../../domain/changes/replicas.ts';
import { freeze, thaw } from '../../domain/freeze/freeze.ts';
import { createLog } from '../../server/log.ts';
import { watchFreeze } from '../../server/watchFreeze.ts';
import { useDatabase } from '../support/databases.ts';
import { everything, storeOf } from '../support/domain.ts';

describe('Every server of a database', () => {
  const database = useDatabase('postgres');

  it('hears of a freeze and of its end, whichever was told, and knows it from its start', async () => {
    const other = await openDatabase(database.config());
    onTestFinished(() => other.close());
    const stores = [storeOf(database), storeOf({ db: () => other })] as const;
    const watch = async (store: (typeof stores)[number]) => {
      const replicas = await joinReplicas(store, () => undefined);
      const watched = await watchFreeze(store, createLog('silent'));
      onTestFinished(async () => {
        await Promise.all([watched.stop(), replicas.stop()]);
      });
      return watched;
    };
    const servers = [await watch(stores[0]), await watch(stores[1])];
    const known = () => servers.map((server) => server.known()?.why ?? null);
    expect(known()).toEqual([null, null]);
    await freeze(stores[0], everything, { why: 'an incident' });
    await expect.poll(known).toEqual(['an incident', 'an incident']);
    expect((await watch(stores[1])).known()).toMatchObject({ by: everything.id });
    await thaw(stores[1], everything);
    await expect.poll(known).toEqual([null, null]);
  });
});
