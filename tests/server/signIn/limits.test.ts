import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countFailures } from '../../../domain/access/failedCredentials.ts';
import { createAccess } from '../../../server/access/access.ts';
import { createWrongKeys } from '../../../server/access/wrongKeys.ts';
import { createLog } from '../../../server/log.ts';
import {
  answerTooMany,
  countStart,
  failuresReached,
  noteFailedSignIn,
} from '../../../server/signIn/attempts.ts';
import { useDatabase } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { send } from '../serve.ts';

describe('Sign-ins', () => {
  const database = useDatabase('postgres');

  /** A server of which one page begins sign-ins, and another lets one fail. */
  async function serve(max: number) {
    const log = createLog('silent');
    const config = { host: '127.0.0.1', adminUsers: [], trustedProxy: ['127.0.0.1'], corsOrigins: [] };
    const wrongKeys = createWrongKeys(log, (failures) => countFailures(database.db(), failures), { max });
    const counting = { access: createAccess(config), wrongKeys };
    const app = Fastify();
    app.get('/start', async (request, reply) => {
      const reached = countStart(request, counting);
      return reached ? answerTooMany(reply, reached) : 'begun';
    });
    app.get('/fail', async (request, reply) => {
      const reached = failuresReached(request, counting);
      if (reached) return answerTooMany(reply, reached);
      noteFailedSignIn(request, counting);
      return reply.code(403).send('failed');
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    const get = (path: string, address: string) =>
      send(url, path, { key: null, headers: { 'x-forwarded-for': address } });
    return { get };
  }

  it('that begin are limited by address, six times as many as may fail, on all servers together', async () => {
    const [one, other] = [await serve(2), await serve(2)];
    for (let time = 0; time < 12; time += 1)
      expect((await one.get('/start', '203.0.113.1')).status).toBe(200);
    const refused = await one.get('/start', '203.0.113.1');
    expect([refused.status, refused.headers['retry-after'], refused.headers['ratelimit-policy']]).toEqual([
      429,
      expect.stringMatching(/^\d+$/),
      '"sign-ins";q=12;w=60',
    ]);
    expect(refused.text).toContain('Too many sign-ins came from your network. Try again in');
    expect((await one.get('/start', '203.0.113.2')).status).toBe(200);
    // The other learns of it with the first that it counts itself.
    await eventually(async () => expect((await other.get('/start', '203.0.113.1')).status).toBe(429));
  });

  it('that fail are limited apart from those, with wrong keys', async () => {
    const { get } = await serve(2);
    const statuses: number[] = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await get('/fail', '203.0.113.3')).status);
    expect(statuses).toEqual([403, 403, 429]);
    expect((await get('/start', '203.0.113.3')).status).toBe(200);
  });
});
