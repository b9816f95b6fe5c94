import { beforeAll, describe, expect, it } from 'vitest';
import { makeKeyText } from '../../../contract/keyText.ts';
import { operationFacts, operations, type ScopedOperation } from '../../../contract/words/operations.ts';
import { scopes } from '../../../contract/words/viewers.ts';
import { readServerConfig } from '../../../server/config.ts';
import { useDatabase } from '../../support/databases.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';
import { samples } from './samples.ts';

const scoped = operations.filter((one): one is ScopedOperation => operationFacts[one].scope !== 'open');

/** What a caller proves itself by, and the status that it gets; 200 stands for whatever an allowed request leads to. */
const states = {
  'no credentials': 401,
  'a key with a wrong checksum': 403,
  'a key that nobody has': 403,
  'an expired key': 403,
  'a revoked key': 403,
  'a right key': 200,
} as const;
type State = keyof typeof states;

describe('Of all operations', () => {
  const database = useDatabase('postgres');
  let url: string;
  let keys: Map<string, string>;
  let addresses = 0;

  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', TRUSTED_PROXY: '127.0.0.1' });
    const server = await startServer({ ...config, database: database.config() });
    url = server.url;
    const create = async (name: string, scope: string) => {
      const query = `mutation { createKey(input: { name: "${name}", scopes: [${scope.toUpperCase()}] }) { ... on MadeKey { secret } } }`;
      const answer = await send(url, '/graphql', { method: 'POST', key: server.key, json: { query } });
      return answer.json<{ data: { createKey: { secret: string } } }>().data.createKey.secret;
    };
    const made = scopes.map(async (scope) => [scope, await create(`right-${scope}`, scope)] as const);
    keys = new Map(await Promise.all(made));
    keys.set('an expired key', await create('expired', 'admin'));
    keys.set('a revoked key', await create('revoked', 'admin'));
    await database.db().query({ text: "UPDATE api_keys SET expires_at = created_at WHERE name = 'expired'" });
    const query = 'mutation { revokeKey(input: { key: "revoked" }) { __typename } }';
    await send(url, '/graphql', { method: 'POST', key: server.key, json: { query } });
    return () => server.close();
  });

  /** The headers of a caller; whoever guesses does so from a network of its own each time, so that no limit is reached. */
  function headersOf(state: State, operation: ScopedOperation): Record<string, string> {
    const bearer = (key = '') => ({ authorization: `Bearer ${key}` });
    if (state === 'no credentials') return {};
    if (state === 'a right key') return bearer(keys.get(operationFacts[operation].scope));
    if (keys.has(state)) return bearer(keys.get(state));
    addresses += 1;
    const text = makeKeyText();
    const guess = state === 'a key that nobody has' ? text : `${text.slice(0, -6)}000000`;
    return { ...bearer(guess), 'x-forwarded-for': `10.0.${addresses >> 8}.${addresses & 255}` };
  }

  /** Asks, and reads what comes first of an answer. */
  async function ask(headers: Record<string, string>, query: string, accept: string) {
    const gone = new AbortController();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...headers, accept, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: gone.signal,
    });
    const { value } = (await response.body?.getReader().read()) ?? {};
    gone.abort();
    const [, code = ''] = /"code":"([A-Z_]+)"/.exec(Buffer.from(value ?? []).toString()) ?? [];
    const expected = new Map([
      ['UNAUTHENTICATED', 401],
      ['FORBIDDEN', 403],
    ]).get(code);
    // The status says the same as the code.
    expect(response.status === 401 || response.status === 403 ? response.status : undefined).toBe(expected);
    return expected ?? 200;
  }

  it.each(scoped)('%s wants a key that counts, over GraphQL, events and REST', async (operation) => {
    const { graphql, rest } = samples[operation];
    const answers: [State, string, number][] = [];
    for (const state of Object.keys(states) as State[]) {
      const headers = () => headersOf(state, operation);
      if (graphql !== undefined)
        for (const accept of ['application/json', 'text/event-stream'])
          answers.push([state, accept, await ask(headers(), graphql, accept)]);
      if (rest === undefined) continue;
      const { path, ...sent } = rest;
      const { status } = await send(url, path, { ...sent, key: null, headers: headers() });
      answers.push([state, 'REST', status === 401 || status === 403 ? status : 200]);
    }
    expect(answers).toEqual(answers.map(([state, door]) => [state, door, states[state]]));
  });
});
