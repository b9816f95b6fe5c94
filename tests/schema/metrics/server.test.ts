import { beforeEach, expect, it } from 'vitest';
import { packageVersion } from '../../../contract/packageVersion.ts';
import { protocol } from '../../../contract/protocol.ts';
import { readQueueHealth } from '../../../domain/metrics/health.ts';
import { playWorkers } from '../../domain/engine/support.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

describeOnBoth('The server in GraphQL', (database) => {
  const graphql = serveGraphql(database);
  beforeEach(() => database.truncate());
  const ask = async (selection: string) =>
    (await graphql.send(`{ server { ${selection} } }`)).body.data.server;

  it('tells its versions and since when it runs', async () => {
    const { startedAt, ...versions } = await ask('version protocol node platform startedAt');
    expect(versions).toEqual({
      version: packageVersion(),
      protocol,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    });
    expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.now());
  });

  it('tells how its database stands, with free room where its disk is its own', async () => {
    const { database: found } = await ask(
      'database { kind version bytes freeBytes migrations latestMigration sweptAt }',
    );
    const isEmbedded = database.kind === 'pglite';
    const applied = (await database.db().migrationStatus()).filter(({ state }) => state === 'applied');
    expect(found).toEqual({
      kind: isEmbedded ? 'PGLITE' : 'POSTGRES',
      version: expect.stringMatching(/^\d+/),
      bytes: expect.any(Number),
      freeBytes: isEmbedded ? expect.any(Number) : null,
      migrations: applied.length,
      latestMigration: applied.at(-1)?.name,
      sweptAt: null,
    });
    expect(found.bytes).toBeGreaterThan(1_000_000);
  });

  it('tells what is queued, and since when', async () => {
    const selection = 'queue { due dueSince waiting waitingSince }';
    expect(await ask(selection)).toEqual({
      queue: { due: 0, dueSince: null, waiting: 0, waitingSince: null },
    });
    await playWorkers(storeOf(database)).start([{ task: 'a' }, { task: 'b' }, { task: 'c', needs: ['a'] }]);
    expect((await ask(selection)).queue).toEqual(await readQueueHealth(database.db()));
    expect((await ask(selection)).queue).toMatchObject({
      due: 2,
      dueSince: expect.stringMatching(/Z$/),
      waiting: 1,
    });
  });
});
