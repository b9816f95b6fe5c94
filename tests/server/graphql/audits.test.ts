import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../contract/words/viewers.ts';
import { useFreshDatabases } from '../../support/databases.ts';
import { type KeyServer, startOn } from '../access/keyServers.ts';

/** What a server may leave out, and this one does for callers without a key: pages of others can make browsers send a GET. */
const byGet = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

describe('The audits of GraphQL over HTTP', () => {
  const databases = useFreshDatabases('postgres');
  const start = async () => startOn(await databases.createFresh());

  /** Gives what does not pass, as `notice: MAY …`. */
  async function audit({ url }: KeyServer, key?: string): Promise<string[]> {
    const proof: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const fetchFn: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), ...proof } });
    const results = await Promise.all(
      serverAudits({ url: `${url}/graphql`, fetchFn }).map((one) => one.fn()),
    );
    expect(results.length).toBeGreaterThan(50);
    return results.flatMap(({ status, name }) => (status === 'ok' ? [] : `${status}: ${name}`)).sort();
  }

  it.each<Scope>(['read', 'work', 'admin'])(
    'pass whole on a closed server with a key for the scope %s',
    async (scope) => {
      const server = await start();
      expect(await audit(server, await server.create('auditor', [scope]))).toEqual([]);
    },
  );

  it('pass without a key, but for queries by GET, on a server that is open to read', async () => {
    expect(await audit(await start())).toEqual(byGet.map((name) => `notice: ${name}`));
  });
});
