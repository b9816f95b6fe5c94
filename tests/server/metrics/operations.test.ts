import { once } from 'node:events';
import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { useDatabase } from '../../support/databases.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';
import { readMetrics } from './readMetrics.ts';

describe('The durations of GraphQL requests', () => {
  const database = useDatabase('postgres');
  let server: RunningServer;
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    server = await startServer({ ...config, database: database.config() });
    return () => server.close();
  });

  const ask = (query: string, operationName?: string) =>
    send(server.url, '/graphql', { method: 'POST', json: { query, operationName } });
  const metrics = async () => readMetrics((await send(server.url, '/metrics')).text);
  const counts = async () =>
    [...(await metrics()).of('nightshift_graphql_request_duration_seconds_count')]
      .map(([labels, count]) => `${count} ${labels.replaceAll(/\w+=|"/g, '').replaceAll(',', ' ')}`)
      .sort();

  it('are kept by the operation that was executed and how it went', async () => {
    const reads = 'query Reads { tasks { nodes { task } } }';
    for (let time = 0; time < 5; time += 1) await ask(reads);
    await ask(`${reads} query Others { runs { nodes { runId } } }`, 'Others');
    await ask('{ __typename }');
    await ask('query Long { tasks(first: 5000) { nodes { task } } }');
    await ask('query Broken {');
    await ask('query Unknown { nothing }');
    await ask(`query ${'x'.repeat(65)} { __typename }`);
    expect(await counts()).toEqual([
      '1 Long query refused',
      '1 Others query ok',
      '1 anonymous query ok',
      '1 other query ok',
      '2 none unknown refused',
      '5 Reads query ok',
    ]);
  });

  it('count a subscription when it begins, and the stream of its events not at all', async () => {
    const before = (await metrics()).of('nightshift_http_request_duration_seconds_count');
    const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
    const stream = request(`${server.url}/graphql`, { method: 'POST', headers });
    stream.end(JSON.stringify({ query: 'subscription Watch { taskChanged(runId: "r1") { task } }' }));
    const [events] = await once(stream, 'response');
    events.resume().on('error', () => undefined);
    expect(await counts()).toContain('1 Watch subscription ok');
    expect((await metrics()).values.get('nightshift_subscriptions')).toBe(1);
    stream.destroy();
    const graphql = (all: Map<string, number>) => [...all].filter(([labels]) => labels.includes('/graphql'));
    expect(graphql((await metrics()).of('nightshift_http_request_duration_seconds_count'))).toEqual(
      graphql(before),
    );
  });

  it('tell 200 names apart and no more', async () => {
    for (let number = 0; number < 220; number += 1) await ask(`query Name${number} { __typename }`);
    const names = new Set((await counts()).map((line) => line.split(' ')[1]));
    expect(names.size).toBeLessThanOrEqual(203);
    expect(names).toContain('Name100');
    expect(names).not.toContain('Name219');
  });
});
