import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../support/databases.ts';
import { serve, type TestServer } from '../serve.ts';

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<string, { parameters?: { name: string; schema: unknown }[]; responses: object }>
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

  it('is linked from the root page, like everything else', async () => {
    const page = await server.send('/');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    for (const path of ['/graphql', '/docs', '/openapi.json', '/agents/tasks/paged.csv', '/ready']) {
      expect(page.text).toContain(`href="${path}"`);
      expect((await server.send(path)).status).toBe(200);
    }
  });
});
