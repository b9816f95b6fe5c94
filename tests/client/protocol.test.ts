import { describe, expect, it } from 'vitest';
import { createClient } from '../../client/index.ts';
import { protocol, protocolHeader } from '../../contract/protocol.ts';
import { readServerConfig } from '../../server/config.ts';
import { workHere } from '../orchestrator/support/workHere.ts';
import { send } from '../server/serve.ts';
import { startServer } from '../server/startServer.ts';
import { describeOnBoth } from '../support/databases.ts';
import { tempDir } from '../support/tempDir.ts';
import { answer, startFlaky } from './flakyServer.ts';

const viewer = { data: { viewer: { id: 'ada', scopes: [] } } };
const speaking = (number: number) => answer(viewer, 200, { [protocolHeader]: String(number) });

describe('A program', () => {
  it.each([
    [protocol + 1, 'Update the program to the version of the server'],
    [protocol - 1, 'Update the server to the version of the program'],
  ])(
    'that meets a server of protocol %s says both numbers and what to do, and asks no more',
    async (theirs, what) => {
      const { url, got } = await startFlaky(speaking(theirs));
      const asked = createClient({ url }).viewer();
      await expect(asked).rejects.toMatchObject({
        code: 'OTHER_PROTOCOL',
        message: `The server at ${url}/graphql speaks protocol ${theirs}, and this program speaks ${protocol}. Nothing was changed. ${what}.`,
      });
      expect(got).toHaveLength(1);
    },
  );

  it('takes what speaks its own protocol, or says nothing of it', async () => {
    for (const server of [speaking(protocol), answer(viewer)]) {
      const { url } = await startFlaky(server);
      expect(await createClient({ url }).viewer()).toEqual({ id: 'ada', scopes: [] });
    }
  });

  it('that is a worker stops where the server is newer, before it takes anything', async () => {
    const { url, got } = await startFlaky(speaking(protocol + 1));
    const plan = { name: 'nightly', steps: [{ task: 'a', cmd: ['true'] }] };
    const working = workHere(url, plan, { dataDir: tempDir() }).then(({ ended }) => ended);
    await expect(working).rejects.toThrow(
      `speaks protocol ${protocol + 1}, and this program speaks ${protocol}`,
    );
    expect(got.filter(({ body }) => body.query.includes('leaseTask'))).toEqual([]);
  });
});

describeOnBoth('A server', (database) => {
  it('does nothing for a program of another protocol, and says which both speak', async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    const server = await startServer({ ...config, database: await database.createFresh() });
    try {
      const query =
        'mutation { createTask(input: { task: "a", runId: "r", status: QUEUED }) { __typename } }';
      const headers = { [protocolHeader]: String(protocol + 1) };
      const refused = await send(server.url, '/graphql', { method: 'POST', json: { query }, headers });
      expect(refused.status).toBe(400);
      expect(refused.json()).toEqual({
        errors: [
          {
            message: `This server speaks protocol ${protocol}, but the client speaks ${protocol + 1}. Nothing was changed. Update the server.`,
            extensions: { code: 'OTHER_PROTOCOL' },
          },
        ],
      });
      expect(await server.store.db.query({ text: 'SELECT 1 FROM agents_tasks' })).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
