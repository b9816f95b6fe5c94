import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { operationFacts, operations, type ScopedOperation } from '../../../contract/words/operations.ts';
import { closeForGood } from '../../../domain/access/closed.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import type { RunningServer } from '../../../server/server.ts';
import { useDatabase } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { type Sample, samples } from '../access/samples.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';
import { type Caller, callersOf } from './callers.ts';

const scoped = operations.filter((one): one is ScopedOperation => operationFacts[one].scope !== 'open');
const publicUrl = 'https://nightshift.example.org';
const adminKey = 'a-key-for-emergencies';

describe('A session, for every operation in GraphQL, REST and streams,', () => {
  const database = useDatabase('postgres');
  let plain: RunningServer;
  let named: RunningServer;
  const callers: Caller[] = [];

  beforeAll(async () => {
    const start = (variables: Record<string, string>) =>
      startServer(
        {
          ...readServerConfig({ PORT: '0', ADMIN_API_KEY: adminKey, ...variables }),
          database: database.config(),
        },
        { log: createLog('silent') },
      );
    // Reading needs somebody here.
    await closeForGood(database.db());
    [plain, named] = await Promise.all([start({}), start({ PUBLIC_URL: publicUrl })]);
    callers.push(...(await callersOf(plain, named)));
    return async () => {
      await Promise.all([plain.close(), named.close()]);
    };
  });

  const urlOf = ({ at }: Caller) => (at === 'name' ? named : plain).url;

  async function askGraphql(query: string, caller: Caller): Promise<number> {
    if (query.startsWith('subscription')) return askStream(query, caller);
    const json = { query };
    const answer = await send(urlOf(caller), '/graphql', {
      method: 'POST',
      key: null,
      headers: caller.headers,
      json,
    });
    const isRefused = [401, 403, 429].includes(answer.status);
    if (!isRefused) expect(answer.text).not.toContain('GRAPHQL_');
    return isRefused ? answer.status : 200;
  }

  /** Reads what comes first of a stream; `fetch` may not set a Host, and `send` waits for the end. */
  async function askStream(query: string, caller: Caller): Promise<number> {
    const { hostname, port } = new URL(urlOf(caller));
    const headers = { ...caller.headers, accept: 'text/event-stream', 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, path: '/graphql', method: 'POST', headers }, (response) => {
        response.once('data', (chunk: Buffer) => {
          const code = /"code":"(\w+)"/.exec(String(chunk))?.[1] ?? '';
          const byCode = new Map([
            ['FORBIDDEN', 403],
            ['UNAUTHENTICATED', 401],
            ['TOO_MANY_REQUESTS', 429],
          ]);
          const { statusCode = 0 } = response;
          response.destroy();
          resolve(byCode.get(code) ?? statusCode);
        });
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query }));
    });
  }

  async function askRest({ path, ...sent }: NonNullable<Sample['rest']>, caller: Caller): Promise<number> {
    const answer = await send(urlOf(caller), path, { ...sent, key: null, headers: caller.headers });
    return [401, 403, 429].includes(answer.status) ? answer.status : 200;
  }

  /** Asks for an operation by each of its doors, and gives the answers that were not due. */
  async function strangeAnswers(operation: ScopedOperation, caller: Caller) {
    const { graphql, rest } = samples[operation];
    const due = caller.refused ?? [caller.may?.includes(operationFacts[operation].scope) ? 200 : 403];
    const mayWork = Object.hasOwn(operationFacts[operation], 'work') && caller.may?.includes('work');
    const inGraphql = graphql === undefined ? undefined : await askGraphql(graphql, caller);
    const inRest = rest === undefined ? undefined : await askRest(rest, caller);
    return [
      { door: 'graphql', status: inGraphql, due: mayWork ? [...due, 200] : due },
      { door: 'rest', status: inRest, due },
    ]
      .filter(({ status, due }) => status !== undefined && !due.includes(status))
      .map((strange) => ({ who: caller.who, ...strange }));
  }

  it.each(scoped)('%s is for who is signed in with its scope, and for nobody else', async (operation) => {
    const strange: object[] = [];
    for (const caller of callers) strange.push(...(await strangeAnswers(operation, caller)));
    expect(strange).toEqual([]);
  });

  it('what has ended says so, and what to do', async () => {
    const ask = async (who: string) => {
      const caller = callers.find((one) => one.who === who);
      if (caller === undefined) throw new Error(who);
      return (await send(plain.url, '/agents/tasks/', { key: null, headers: caller.headers })).text;
    };
    expect(await ask('over 0')).toContain('Your sign-in has ended');
    expect(await ask('over 1')).toContain('Your session has expired. Sign in again.');
    expect(await ask('over 2')).toContain('Your session has expired. Sign in again.');
    expect(await ask('over 3')).toMatch(/was revoked at/);
    expect(await ask('over 4')).toContain('You were removed from this server.');
  });

  it('costs no statement while it is known', async () => {
    const [caller] = callers;
    if (caller === undefined) throw new Error('expected a caller');
    const ask = () =>
      send(plain.url, '/graphql', {
        method: 'POST',
        key: null,
        headers: caller.headers,
        json: { query: '{ viewer { id } }' },
      });
    expect((await ask()).text).toContain('viewer-');
    const { db } = plain.store;
    // The server reads all that it knows every two seconds; fewer statements than requests belong to that.
    await eventually(async () => {
      const before = db.statements();
      for (let time = 0; time < 200; time += 1) await ask();
      expect(db.statements() - before).toBeLessThan(40);
    });
  });
});
