import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';

describe('An API_BASE that is no Nightshift server', () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{}}');
  });
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => void server.close());

  it.each([
    ['list'],
    ['runs'],
    ['view', '1'],
    ['approve', '1', '--yes'],
    ['audit'],
    ['deliveries'],
    ['watch', 'nightly-1'],
  ])('is named as such by %s', async (...args) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const variables = { API_BASE: url, ADMIN_API_KEY: 'a-key-of-somebody' };
    const { code, stderr } = await cliHere(args, tempDir(), { variables });
    expect(stderr).toBe(`error: ${url}/graphql: unexpected answer; is API_BASE a Nightshift server?\n`);
    expect(code).toBe(1);
  });
});
