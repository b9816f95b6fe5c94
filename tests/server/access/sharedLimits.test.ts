import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../../client/client.ts';
import { ApiError } from '../../../client/errors.ts';
import { readServerConfig } from '../../../server/config.ts';
import { useDatabase } from '../../support/databases.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';

const mutation = 'mutation { cancelTask(input: { databaseId: 1 }) { __typename } }';

describe('Wrong keys at two servers of one database', () => {
  const database = useDatabase('postgres');
  const start = async () => {
    const config = readServerConfig({
      HOST: '0.0.0.0',
      PORT: '0',
      LOG_LEVEL: 'silent',
      ADMIN_API_KEY: 'the-right-key-of-both',
    });
    const server = await startServer({ ...config, database: database.config() });
    onTestFinished(() => server.close());
    return server;
  };
  const counted = async () => {
    const rows = await database
      .db()
      .query<{ count: number }>({ text: 'SELECT count FROM failed_credentials' });
    return rows.map(({ count }) => count);
  };

  it('count together, over REST and GraphQL, and the right one passes at both', async () => {
    const [one, other] = [await start(), await start()];
    const rest = ({ url }: { url: string }, key = 'a-wrong-key') =>
      send(url, '/agents/tasks/1/approve', { method: 'POST', key });
    const graphql = ({ url }: { url: string }, key = 'a-wrong-key') =>
      send(url, '/graphql', { method: 'POST', key, json: { query: mutation } });
    for (let number = 0; number < 12; number += 1) expect((await rest(one)).status).toBe(403);
    await expect.poll(counted).toEqual([12]);
    for (let number = 0; number < 8; number += 1) expect((await graphql(other)).status).toBe(403);
    await expect.poll(counted).toEqual([20]);
    // The answer of the database may be on its way.
    await expect.poll(async () => (await graphql(other)).status).toBe(429);
    // The first server has counted twelve; with its next one it hears of the others.
    await expect.poll(async () => (await rest(one)).status).toBe(429);
    const refused = await graphql(other);
    expect(refused.json<{ errors: object[] }>().errors[0]).toMatchObject({
      message: expect.stringContaining('Too many wrong keys'),
      extensions: { code: 'TOO_MANY_WRONG_KEYS' },
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['ratelimit-policy']).toBe('"failed-credentials";q=20;w=60');
    const [count = 0] = await counted();
    // By its own count alone the first server would have taken eight more.
    expect(count).toBeLessThan(28);
    for (const server of [one, other]) {
      expect((await rest(server, 'the-right-key-of-both')).status).toBe(404);
      expect((await graphql(server, 'the-right-key-of-both')).status).toBe(200);
    }
    const stream = await send(other.url, '/graphql', {
      method: 'POST',
      key: 'a-wrong-key',
      headers: { accept: 'text/event-stream' },
      json: { query: 'subscription { taskChanged(runId: "r") { id } }' },
    });
    expect([stream.status, stream.text]).toEqual([429, expect.stringContaining('TOO_MANY_WRONG_KEYS')]);
    // A client does not try a wrong key again and again.
    const client = createClient({ url: other.url, apiKey: 'a-wrong-key' });
    const error = await client.viewer().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'TOO_MANY_WRONG_KEYS' });
    const watched = await client
      .watchRun('r')
      .next()
      .catch((caught: unknown) => caught);
    expect(watched).toMatchObject({ code: 'TOO_MANY_WRONG_KEYS' });
  });
});
