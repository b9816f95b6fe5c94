import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../client/index.ts';
import { describeOnBothFresh } from '../support/databases.ts';
import { spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';

describeOnBothFresh('kill -9 of a server that is frozen', (database) => {
  it('leaves it frozen: the next one starts nothing either, until it is thawed', async () => {
    const config = await database.createFresh();
    const dataDir = 'url' in config ? tempDir() : config.dataDir;
    const env = { NIGHTSHIFT_DATA: dataDir, DATABASE_URL: 'url' in config ? config.url : '' };
    const begin = async () => {
      const server = spawnNode(['tests/fixtures/server/serve.ts'], env);
      onTestFinished(() => server.kill('SIGKILL'));
      const [url] = await server.printed(/^http\S+$/m);
      const apiKey = readFileSync(join(dataDir, 'key'), 'utf8').trim();
      return { server, url, client: createClient({ url, apiKey }) };
    };
    const first = await begin();
    const content = { name: 'night', steps: [{ task: 'a' }] };
    const { hash } = expectType(await first.client.registerPlan(content), 'RegisteredPlan');
    const frozen = expectType(await first.client.freeze({ why: 'an incident' }), 'Freeze');
    await first.server.kill('SIGKILL');

    const { url, client } = await begin();
    expect(await client.presentFreeze()).toEqual({ ...frozen, __typename: undefined });
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ ok: true, frozen: true });
    // Runs may be asked for all the same.
    expectType(await client.startRun({ from: { plan: 'night' } }), 'Run');
    const ask = async () => {
      const wanted = { worker: 'w', requestId: crypto.randomUUID(), planHashes: [hash], frozen: false };
      return expectType(await client.leaseTask({ ...wanted, waitMs: 20_000 }), 'LeaseOffer');
    };
    // Whoever does not know yet why there is nothing hears it at once.
    expect(await ask()).toMatchObject({ lease: null, freeze: { by: 'local', why: 'an incident' } });
    expect(expectType(await client.thaw(), 'ThawedServer').freeze).toMatchObject({ why: 'an incident' });
    expect(await ask()).toMatchObject({ lease: { task: 'a' }, freeze: null });
    expect(await (await fetch(`${url}/ready`)).json()).not.toHaveProperty('frozen');
  });
});
