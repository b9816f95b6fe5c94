import { request, type ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { createClient } from '../../../client/client.ts';
import { describeOnEither } from '../../support/databases.ts';
import { serve } from '../serve.ts';

const elsewhere = {
  host: '0.0.0.0',
  adminApiKey: 'a-key-of-sixteen-characters',
  trustedProxy: ['127.0.0.1'],
};
/** So slow that none comes back while a test runs. */
const tenAnHour = { rateLimit: { requests: 10, seconds: 3600 } };

describeOnEither('A limit of requests', (database) => {
  /** Sends so many requests with these headers and gives how many had each status. */
  const flood = async (
    server: Awaited<ReturnType<typeof serve>>,
    count: number,
    headers: Record<string, string>,
    path = '/agents/tasks/',
  ) => {
    const answers = await Promise.all(
      Array.from({ length: count }, () => server.send(path, { key: null, headers })),
    );
    return Object.fromEntries(
      [...Map.groupBy(answers, ({ status }) => status)].map(([status, same]) => [status, same.length]),
    );
  };
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const person = (email: string, address: string) => ({
    'x-user-email': email,
    'x-user-role': 'admin',
    ...from(address),
  });

  it('is off unless it is set', async () => {
    const server = await serve(database.db());
    expect(await flood(server, 50, {})).toEqual({ 200: 50 });
    expect((await server.send('/agents/tasks/')).headers).not.toHaveProperty('ratelimit');
  });

  it('says with each answer how many are left, and with the refusal when to come again', async () => {
    const server = await serve(database.db(), tenAnHour);
    const first = await server.send('/agents/tasks/');
    expect(first.headers['ratelimit-policy']).toBe('"requests";q=10;w=3600');
    expect(first.headers.ratelimit).toBe('"requests";r=9;t=360');
    expect((await flood(server, 10, { 'x-admin-key': server.key }))[429]).toBe(1);
    const refused = await server.send('/agents/tasks/');
    expect(refused.status).toBe(429);
    expect(refused.json().detail).toMatch(
      /^Too many requests: this server takes 10 requests in 3,600 seconds from one caller.* Try again in \d+ seconds?\.$/,
    );
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(refused.headers.ratelimit).toBe(`"requests";r=0;t=${seconds}`);
  });

  it('counts people by who they are, a shared key and strangers by their networks', async () => {
    const server = await serve(database.db(), { ...elsewhere, ...tenAnHour });
    expect(await flood(server, 8, person('ann@example.org', '192.0.2.1'))).toEqual({ 200: 8 });
    expect(await flood(server, 8, person('Ann@example.org', '192.0.2.2'))).toEqual({ 200: 2, 429: 6 });
    expect(await flood(server, 8, person('ben@example.org', '192.0.2.1'))).toEqual({ 200: 8 });
    const key = { 'x-admin-key': elsewhere.adminApiKey };
    expect(await flood(server, 12, { ...key, ...from('192.0.2.1') })).toEqual({ 200: 10, 429: 2 });
    expect(await flood(server, 8, { ...key, ...from('192.0.2.2') })).toEqual({ 200: 8 });
    expect(await flood(server, 12, from('2001:db8::1'))).toEqual({ 401: 10, 429: 2 });
    expect(await flood(server, 1, from('2001:db8::2'))).toEqual({ 429: 1 });
    expect(await flood(server, 1, from('2001:db8:0:1::1'))).toEqual({ 401: 1 });
  });

  it.each([
    ['what is left, which is the holder’s', 100],
    ['its refusal, which is for strangers', 1],
  ])('counts a wrong key that is told from a right one by %s, on what is open too', async (_by, requests) => {
    const rateLimit = { requests, seconds: 3600 };
    const server = await serve(database.db(), { rateLimit }, { share: async () => [] });
    await flood(server, 21, { 'x-admin-key': 'a-guess' }, '/');
    const decide = (key: string, path: string) => server.send(path, { method: 'POST', key });
    // Requests of the right key are its own.
    expect((await decide(server.key, '/agents/tasks/1/approve')).status).toBe(404);
    const refused = await decide('a-guess', '/agents/tasks/1/approve');
    expect([refused.status, server.logged.length]).toEqual([429, 1]);
    expect(refused.json().detail).toMatch(requests === 1 ? /^Too many requests/ : /^Too many wrong keys/);
  });

  it('counts GraphQL and streams of events as REST, each request once, and tells clients when to try again', async () => {
    let streams = 0;
    const server = await serve(
      database.db(),
      { ...tenAnHour },
      {
        graphql: async () => (incoming, response) => {
          if (incoming.headers.accept !== 'text/event-stream') return void response.end('{"data":{}}');
          streams += 1;
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(':\n\n');
        },
      },
    );
    const open = Array.from({ length: 3 }, () =>
      request(`${server.url}/graphql`, {
        headers: { accept: 'text/event-stream', 'x-admin-key': server.key },
      }).end(),
    );
    await expect.poll(() => streams).toBe(3);
    const key = { 'x-admin-key': server.key };
    expect(await flood(server, 4, key, '/graphql')).toEqual({ 200: 4 });
    expect(await flood(server, 4, key)).toEqual({ 200: 3, 429: 1 });
    for (const one of open) one.destroy();
    const refused = await server.send('/graphql', { method: 'POST', json: { query: '{ viewer { id } }' } });
    expect(refused.status).toBe(429);
    expect(refused.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] });
  });

  it('comes back evenly, so that a client which heeds Retry-After goes on at once', async () => {
    const graphql = async () => (_request: unknown, response: ServerResponse) =>
      void response.setHeader('content-type', 'application/json').end('{"data":{"viewer":{"id":"local"}}}');
    const server = await serve(database.db(), { rateLimit: { requests: 50, seconds: 50 } }, { graphql });
    expect((await flood(server, 55, { 'x-admin-key': server.key }))[429]).toBeGreaterThan(0);
    const client = createClient({ url: server.url, apiKey: server.key });
    for (const viewer of await Promise.all([1, 2, 3].map(() => client.viewer())))
      expect(viewer.id).toBe('local');
  });

  it('leaves probes, events of GitHub and preflights out', async () => {
    const server = await serve(database.db(), {
      rateLimit: { requests: 1, seconds: 3600 },
      corsOrigins: ['https://tools.example.org'],
    });
    const key = { 'x-admin-key': server.key };
    expect(await flood(server, 2, key)).toEqual({ 200: 1, 429: 1 });
    expect(await flood(server, 5, key, '/ready')).toEqual({ 200: 5 });
    const event = await server.send('/webhooks/github', { method: 'POST', json: {} });
    expect(event.status).not.toBe(429);
    const page = { origin: 'https://tools.example.org', 'access-control-request-method': 'GET', ...key };
    const preflight = await server.send('/agents/tasks/', { method: 'OPTIONS', headers: page });
    expect(preflight.status).toBe(204);
    const refused = await server.send('/agents/tasks/', { headers: { ...key, origin: page.origin } });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([429, page.origin]);
    expect(refused.headers['access-control-expose-headers']).toContain('ratelimit-policy');
  });
});
