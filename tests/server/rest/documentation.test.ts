import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../support/databases.ts';
import { post, serve, type TestServer } from '../serve.ts';

interface Parameter {
  name: string;
  in: string;
  schema: { example?: unknown };
}

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        deprecated?: boolean;
        parameters?: Parameter[];
        requestBody?: { content: Record<string, { schema: { example?: unknown; properties: object } }> };
        responses: object;
      }
    >
  >;
}

describe('the description of the REST API', () => {
  const database = useDatabase('postgres');
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
  });

  it('names every path and method of the contract', async () => {
    const { openapi, paths } = (await server.send('/openapi.json')).json<OpenApi & Record<string, unknown>>();
    expect(openapi).toMatch(/^3\.1/);
    const methods = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(methods.filter((method) => !method.startsWith('HEAD')).sort()).toEqual([
      'DELETE /agents/tasks/before',
      'GET /agents/decisions.csv',
      'GET /agents/runs',
      'GET /agents/runs/{run_id}',
      'GET /agents/tasks/',
      'GET /agents/tasks/paged',
      'GET /agents/tasks/paged.csv',
      'GET /agents/tasks/{id}',
      'GET /metrics',
      'GET /ready',
      'PATCH /agents/tasks/{id}',
      'POST /agents/runs',
      'POST /agents/runs/{run_id}/cancel',
      'POST /agents/runs/{run_id}/retry',
      'POST /agents/tasks/',
      'POST /agents/tasks/{id}/approve',
      'POST /agents/tasks/{id}/cancel',
      'POST /agents/tasks/{id}/reject',
      'POST /agents/tasks/{id}/retry',
    ]);
  });

  it('says the limits of parameters and bodies in snake_case', async () => {
    const { paths } = (await server.send('/openapi.json')).json<OpenApi & Record<string, unknown>>();
    const limit = paths['/agents/tasks/paged']?.get?.parameters?.find(({ name }) => name === 'limit');
    expect(limit?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 200 });
    const text = JSON.stringify(paths['/agents/tasks/']?.post);
    expect(text).toContain('"run_id":{"type":"string","minLength":1,"maxLength":64');
    expect(text).not.toContain('runId');
    expect(Object.keys(paths['/agents/tasks/']?.post?.responses ?? {})).toEqual(
      expect.arrayContaining(['201', '422']),
    );
  });

  it('gives every operation a name of its own, by which clients are generated', async () => {
    const { paths } = (await server.send('/openapi.json')).json<OpenApi>();
    const names = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(names).toEqual(expect.arrayContaining(['createTask', 'approveTask', 'pageRuns', 'pruneTasks']));
    expect(names.every((name) => /^[a-z][A-Za-z]+$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  });

  it('says which ways are older', async () => {
    const { paths } = (await server.send('/openapi.json')).json<OpenApi>();
    expect(paths['/agents/tasks/']?.get?.deprecated).toBe(true);
    expect(paths['/agents/tasks/paged']?.get?.deprecated).toBe(undefined);
    const body = paths['/agents/tasks/{id}']?.patch?.requestBody?.content['application/json']?.schema;
    for (const name of ['approval_state', 'approver', 'expected_head_sha', 'approval_id'])
      expect(body?.properties).toHaveProperty([name], expect.objectContaining({ deprecated: true }));
    expect(JSON.stringify(body).match(/"deprecated":true/g)).toHaveLength(4);
  });

  it('can be tried as it is filled in, by somebody who may do everything: nothing is decided, deleted or started', async () => {
    for (const status of ['awaiting_approval', 'failed', 'queued', 'running']) await post(server, { status });
    const state = async () => ({
      tasks: await database
        .db()
        .query({ text: "SELECT * FROM agents_tasks WHERE run_id <> 'example' ORDER BY id" }),
      runs: await database.db().query({ text: "SELECT run_id FROM runs WHERE run_id <> 'example'" }),
    });
    const before = await state();
    const { paths } = (await server.send('/openapi.json')).json<OpenApi>();
    const answers = new Map<string, number>();
    for (const [path, item] of Object.entries(paths))
      for (const [method, { operationId, parameters = [], requestBody }] of Object.entries(item)) {
        const { address, query, headers } = fill(path, parameters);
        expect(address).not.toContain('{');
        const json = requestBody?.content['application/json']?.schema.example;
        expect([operationId, json === undefined]).toEqual([operationId, requestBody === undefined]);
        const sent = { method: method.toUpperCase(), headers, ...(json === undefined ? {} : { json }) };
        answers.set(operationId, (await server.send(`${address}?${query}`, sent)).status);
      }
    expect(await state()).toEqual(before);
    const decisions = await database
      .db()
      .query({ text: "SELECT action FROM decisions WHERE outcome = 'decided'" });
    expect(decisions).toEqual([]);
    expect(Object.fromEntries(answers)).toMatchObject({
      createTask: 201,
      pruneTasks: 200,
      approveTask: 404,
      rejectTask: 404,
      cancelTask: 404,
      updateTask: 404,
      retryTask: 404,
      cancelRun: 404,
      retryRun: 404,
      startRun: 422,
      readTask: 200,
      readRun: 404,
      pageRuns: 200,
      pageTasks: 200,
      listTasks: 200,
      exportTasks: 200,
      readReadiness: 200,
    });
  });

  it('can be browsed at /docs without anything from elsewhere', async () => {
    const page = await server.send('/docs');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      expect(link).toMatch(/^\/docs\//);
      expect((await server.send(link)).status).toBe(200);
    }
    expect(page.headers['content-security-policy']).not.toContain('https:');
  });

  it('is linked from where the page would be, like everything else, until that is built', async () => {
    const unbuilt = await serve(database.db(), {}, { findPage: () => undefined });
    const page = await unbuilt.send('/');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    for (const path of ['/graphql', '/docs', '/openapi.json', '/agents/tasks/paged.csv', '/ready']) {
      expect(page.text).toContain(`href="${path}"`);
      expect((await server.send(path)).status).toBe(200);
    }
  });
});

/** Fills a request in as the page does. */
function fill(path: string, parameters: readonly Parameter[]) {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let address = path;
  for (const { name, in: place, schema } of parameters) {
    if (schema.example === undefined) continue;
    const value = String(schema.example);
    if (place === 'path') address = address.replace(`{${name}}`, value);
    else if (place === 'query') query.set(name, value);
    else headers[name] = value;
  }
  return { address, query, headers };
}
