import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { type Sent, serve, type TestServer } from '../serve.ts';
import { readMetrics } from './readMetrics.ts';

const key = 'a-key-of-sixteen-characters';

describe('GET /metrics', () => {
  const database = useDatabase('postgres');

  it('is open on a loopback server without keys, in the format of Prometheus, and never kept by caches', async () => {
    const server = await serve(database.db());
    const { status, headers, text } = await server.send('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    const { types } = readMetrics(text);
    expect([...types.keys()]).toEqual(
      expect.arrayContaining([
        'nightshift_tasks',
        'process_cpu_seconds_total',
        'nodejs_eventloop_lag_p99_seconds',
      ]),
    );
  });

  it('needs the key beyond loopback, and takes it as a Prometheus server sends it', async () => {
    const server = await serve(database.db(), { host: '0.0.0.0', adminApiKey: key });
    expect((await server.send('/metrics')).status).toBe(401);
    const wrong = { authorization: 'Bearer wrong' };
    expect((await server.send('/metrics', { headers: wrong })).status).toBe(403);
    const headers = { authorization: `Bearer ${key}` };
    expect((await server.send('/metrics', { headers })).status).toBe(200);
  });

  it('asks the database once in some seconds, however often it is called', async () => {
    const server = await serve(database.db());
    const before = database.db().statements();
    await Promise.all(Array.from({ length: 20 }, () => server.send('/metrics')));
    expect(database.db().statements() - before).toBe(4);
  });

  it('shows how busy the connections are', async () => {
    const server = await serve(database.db());
    const { values } = readMetrics((await server.send('/metrics')).text);
    expect(values.get('nightshift_db_pool_max')).toBe(10);
    expect(values.get('nightshift_db_pool{state="waiting"}')).toBe(0);
    expect(values.get('nightshift_db_pool{state="idle"}')).toBeGreaterThan(0);
    expect(values.get('nightshift_db_statements_total')).toBe(database.db().statements());
    expect(values.get('nightshift_subscriptions')).toBe(0);
  });

  it('still answers when the database does not, and says so', async () => {
    const db = await database.openFresh();
    const server = await serve(db);
    await db.close();
    const { status, text } = await server.send('/metrics');
    const { values, of } = readMetrics(text);
    expect([status, values.get('nightshift_database_up'), of('nightshift_tasks').size]).toEqual([200, 0, 0]);
    expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(server.logged.join()).toContain('no metrics for /metrics');
  });
});

describe('The durations of HTTP requests', () => {
  const database = useDatabase('postgres');
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
  });

  async function counts(): Promise<string[]> {
    const { of } = readMetrics((await server.send('/metrics')).text);
    return [...of('nightshift_http_request_duration_seconds_count')]
      .filter(([labels]) => !labels.includes('/metrics'))
      .map(([labels, count]) => `${count} ${labels.replaceAll(/\w+=|"/g, '').replaceAll(',', ' ')}`)
      .sort();
  }

  it('are kept by route, never by path, and unknown paths and methods are one', async () => {
    const ask: [string, Sent?][] = [
      ['/agents/tasks/1'],
      ['/agents/tasks/2?x=1'],
      ['/agents/tasks/nonsense'],
      ['/agents/tasks/3', { method: 'HEAD' }],
      ['/agents/tasks/paged?limit=0'],
      ['/agents/tasks/', { method: 'POST', json: {} }],
      ['/agents/tasks/1/approve', { method: 'GET' }],
      ['/%zz'],
      ['/wp-login.php'],
      ['/graphqlx'],
      ['/', { method: 'PROPFIND' }],
      ['/graphql', { method: 'POST', json: {} }],
      ['/openapi.json'],
      ['/docs/nothing'],
      ['/agents/tasks/', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } }],
    ];
    for (const [path, sent] of ask) await server.send(path, sent);
    expect(await counts()).toEqual([
      '1 GET /agents/tasks/paged 4xx',
      '1 GET /docs 4xx',
      '1 GET /openapi.json 2xx',
      '1 HEAD /agents/tasks/:id 4xx',
      '1 POST /agents/tasks/ 4xx',
      '1 POST /graphql 2xx',
      '1 POST other 4xx',
      '1 other other 4xx',
      '3 GET /agents/tasks/:id 4xx',
      '4 GET other 4xx',
    ]);
  });

  it('tell callers who left from answers', async () => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const begun =
      'POST /agents/tasks/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{';
    await new Promise((sent) => socket.write(begun, sent));
    socket.destroy();
    await eventually(async () => expect(await counts()).toContain('1 POST /agents/tasks/ aborted'));
  });
});
