import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { actionsToken } from '../../../orchestrator/cli/actionsToken.ts';

let seconds = 300;
let minted: string[] = [];
let keys: (string | undefined)[] = [];
let status = 200;

/** A token that ends after some seconds; nobody here looks at its signature. */
function makeToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + seconds;
  return `${part({ alg: 'RS256' })}.${part({ exp, number: minted.length })}.AAAA`;
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://here');
  response.setHeader('content-type', 'application/json');
  if (url.pathname === '/token') {
    minted.push(
      `${url.searchParams.get('audience')} ${url.searchParams.get('api-version')} ${request.headers.authorization}`,
    );
    response.writeHead(status).end(JSON.stringify({ value: makeToken() }));
    return;
  }
  keys.push(request.headers.authorization);
  response.end(
    JSON.stringify({ data: { viewer: { id: 'service:site', kind: 'SERVICE', scopes: [], groups: [] } } }),
  );
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  [minted, keys, seconds, status] = [[], [], 300, 200];
});

const variables = () => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner',
});
const clientOf = (retries = 0) => {
  const apiKey = actionsToken(variables(), 'https://nightshift.example.org');
  return createClient({ url, retries, ...(apiKey ? { apiKey } : {}) });
};

describe('The token of a workflow', () => {
  it('is asked for once with the server as its audience, and sent with each request', async () => {
    const client = clientOf();
    await Promise.all([client.viewer(), client.viewer(), client.viewer()]);
    await client.viewer();
    expect(minted).toEqual(['https://nightshift.example.org 2 Bearer of-the-runner']);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^Bearer eyJ/);
  });

  it('is minted anew before it ends', async () => {
    seconds = 59;
    const client = clientOf();
    await client.viewer();
    await client.viewer();
    expect(minted).toHaveLength(2);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('that GitHub does not give is told with what to do, and nothing is sent', async () => {
    status = 403;
    await expect(clientOf().viewer()).rejects.toThrow(/status 403.*id-token: write/);
    expect(keys).toEqual([]);
  });

  it('is none outside of workflows, and where a workflow has no permission', () => {
    expect(actionsToken({}, url)).toBeUndefined();
    expect(actionsToken({ ACTIONS_ID_TOKEN_REQUEST_URL: url }, url)).toBeUndefined();
  });
});
