import { describe, expect, it } from 'vitest';
import {
  ApiError,
  ApiUnreachableError,
  type Client,
  createClient,
  RefusedError,
  taskOf,
} from '../../client/index.ts';
import { answer, badGateway, hangUp, startFlaky, stayMute } from './flakyServer.ts';

const viewer = answer({ data: { viewer: { id: 'ada', scopes: [] } } });
const quick = { minDelayMs: 1, maxDelayMs: 5 };
const hourMs = 3_600_000;

describe('The client', () => {
  it('tries again after broken connections, bad gateways and unavailable databases', async () => {
    const away = answer({ errors: [{ message: 'away', extensions: { code: 'SERVICE_UNAVAILABLE' } }] }, 503);
    const { url, got } = await startFlaky(hangUp, badGateway(), away, viewer);
    const said: string[] = [];
    const client = createClient({
      url,
      ...quick,
      timeoutMs: hourMs,
      log: (message: string) => said.push(message),
    });
    expect(await client.viewer()).toEqual({ id: 'ada', scopes: [] });
    expect(got).toHaveLength(4);
    expect(said).toHaveLength(3);
    expect(said[2]).toMatch(/^Attempt 3 at http.* failed \(.*away.*\); retrying in \d+ ms\.$/);
  });

  it('tries again after silence', async () => {
    const { url } = await startFlaky(stayMute, viewer);
    const said: string[] = [];
    // The answer to a later try may come late as well.
    const limits = { ...quick, timeoutMs: 300, retries: 1000 };
    const client = createClient({ url, ...limits, log: (message) => said.push(message) });
    expect(await client.viewer()).toEqual({ id: 'ada', scopes: [] });
    expect(said[0]).toMatch(/^Attempt 1 at http.* failed \(.*300 ms.*\); retrying in \d+ ms\.$/);
  });

  it('asks once for a key, which could be made without its answer, and again to revoke one', async () => {
    for (const [count, ask] of [
      [1, (client: Client) => client.createKey({ name: 'ci', scopes: ['READ'] })],
      [1, (client: Client) => client.rotateKey({ name: 'ci' })],
      [3, (client: Client) => client.revokeKey('ci')],
    ] as const) {
      const { url, got } = await startFlaky(hangUp);
      await expect(ask(createClient({ url, ...quick, retries: 2 }))).rejects.toThrow(ApiUnreachableError);
      expect(got).toHaveLength(count);
    }
  });

  it('gives up after its tries and says how many there were and why', async () => {
    const { url, got } = await startFlaky(hangUp);
    const failure = await createClient({ url, ...quick, retries: 2 })
      .viewer()
      .catch((error) => error);
    expect(failure).toBeInstanceOf(ApiUnreachableError);
    expect(failure.attempts).toBe(3);
    expect(failure.cause).toBeInstanceOf(Error);
    expect(failure.message).toMatch(/The API at http.*\/graphql cannot be reached \(3 tries\): /);
    expect(got).toHaveLength(3);
  });

  it('says why nobody listens', async () => {
    const failure = await createClient({ url: 'http://127.0.0.1:1', retries: 0 })
      .viewer()
      .catch((error) => error);
    expect(failure).toBeInstanceOf(ApiUnreachableError);
    expect(failure.message).toMatch(/ECONNREFUSED|bad port/);
  });

  it('heeds Retry-After', async () => {
    const { url, got } = await startFlaky(badGateway({ 'retry-after': '1' }), viewer);
    await createClient({ url, ...quick }).viewer();
    expect((got[1]?.at ?? 0) - (got[0]?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('sends the same creation with the same key again, its own when the caller gives none', async () => {
    const created = answer({ data: { createTask: { __typename: 'Task', databaseId: 1 } } });
    const { url, got } = await startFlaky(hangUp, created, created, created);
    const client = createClient({ url, ...quick });
    const input = { task: 't', runId: 'r', status: 'QUEUED' } as const;
    const keys = () =>
      got.map(({ body }) => (body.variables.input as { idempotencyKey: string }).idempotencyKey);
    await client.createTask(input);
    expect(keys()[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys()[1]).toBe(keys()[0]);
    await client.createTask(input);
    expect(keys()[2]).not.toBe(keys()[0]);
    await client.createTask({ ...input, idempotencyKey: 'mine' });
    expect(keys()[3]).toBe('mine');
  });

  it('starts one run for a start that it sends again, whether the caller names it or not', async () => {
    const started = answer({ data: { startRun: { __typename: 'Run', runId: 'r' } } });
    const { url, got } = await startFlaky(hangUp, started);
    const client = createClient({ url, ...quick });
    const inputs = () => got.map(({ body }) => body.variables.input as Record<string, unknown>);
    await client.startRun({ plan: 'nightly' });
    expect(inputs()[0]?.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    expect(inputs()[1]).toEqual(inputs()[0]);
    await client.startRun({ plan: 'nightly' });
    expect(inputs()[2]?.idempotencyKey).not.toBe(inputs()[0]?.idempotencyKey);
    await client.startRun({ plan: 'nightly', runId: 'mine' });
    await client.startRun({ plan: 'nightly', idempotencyKey: 'mine' });
    expect(inputs().slice(3)).toEqual([
      { plan: 'nightly', runId: 'mine' },
      { plan: 'nightly', idempotencyKey: 'mine' },
    ]);
  });

  it('does not repeat what the API refused, and names its code', async () => {
    const refusal = answer(
      { errors: [{ message: 'no', extensions: { code: 'FORBIDDEN', requestId: 'q' } }] },
      403,
    );
    const { url, got } = await startFlaky(refusal);
    const failure = await createClient({ url, ...quick })
      .viewer()
      .catch((error) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ code: 'FORBIDDEN', status: 403, requestId: 'q', message: 'no' });
    expect(got).toHaveLength(1);
  });

  it.each([
    ['a page of HTML', 200, 'text/html', '<html></html>'],
    ['a missing path', 404, 'application/json', '{"detail":"Not Found"}'],
    ['JSON of another kind', 200, 'application/json', '[]'],
    ['JSON that is null', 200, 'application/json', 'null'],
    ['data of another kind', 200, 'application/json', '{"data":{}}'],
    ['data of nothing', 200, 'application/json', '{"data":null}'],
    ['nothing', 200, 'text/plain', ''],
    ['nothing that is called JSON', 200, 'application/json', ''],
  ])(
    'says that an address is not that of a server when it answers with %s',
    async (_name, status, type, text) => {
      const { url, got } = await startFlaky((response) => {
        response.writeHead(status, { 'content-type': type });
        response.end(text);
      });
      const failure = await createClient({ url, ...quick })
        .viewer()
        .catch((error) => error);
      expect(failure).toMatchObject({ name: 'ApiError', code: 'NOT_GRAPHQL' });
      expect(failure.message).toMatch(/: unexpected answer.*; is API_BASE a Nightshift server\?$/);
      expect(failure.message).toContain(`${url}/graphql`);
      expect(got).toHaveLength(1);
    },
  );

  it('stops at once with the reason of its signal, waiting or not', async () => {
    const { url } = await startFlaky(stayMute);
    for (const options of [
      { url, timeoutMs: 24 * hourMs },
      { url: 'http://127.0.0.1:1', minDelayMs: 24 * hourMs, maxDelayMs: 24 * hourMs },
    ]) {
      const reason = new Error('enough');
      const call = createClient(options).viewer({ signal: AbortSignal.timeout(50) });
      await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
      await expect(createClient(options).viewer({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    }
  });

  it('sends its key, and takes an address in any form', async () => {
    const { url, got } = await startFlaky(viewer);
    for (const form of [url, `${url}/`, `${url}/graphql`])
      await createClient({ url: form, apiKey: 'secret' }).viewer();
    expect(got.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer secret'));
    expect(() => createClient({ url: 'localhost:8001' })).toThrow(
      'expected a URL such as http://localhost:8001',
    );
  });
});

describe('A walk', () => {
  const nodesOf = (...ids: number[]) => ids.map((databaseId) => ({ databaseId }));
  const page = (ids: number[], endCursor: string | null) =>
    answer({
      data: { tasks: { nodes: nodesOf(...ids), pageInfo: { hasNextPage: endCursor !== null, endCursor } } },
    });

  it('yields every node, page after page, through failures', async () => {
    const { url, got } = await startFlaky(page([1, 2], 'a'), hangUp, page([3, 4], 'b'), page([5], null));
    const client = createClient({ url, ...quick });
    const ids: number[] = [];
    for await (const { databaseId } of client.walkTasks({ status: ['FAILED'] }, { pageSize: 2 }))
      ids.push(databaseId);
    expect(ids).toEqual([1, 2, 3, 4, 5]);
    expect(got.map(({ body }) => body.variables)).toEqual([
      { filter: { status: ['FAILED'] }, first: 2 },
      { filter: { status: ['FAILED'] }, first: 2, after: 'a' },
      { filter: { status: ['FAILED'] }, first: 2, after: 'a' },
      { filter: { status: ['FAILED'] }, first: 2, after: 'b' },
    ]);
  });

  it('reads no further page when its reader stops', async () => {
    const { url, got } = await startFlaky(page([1, 2], 'a'));
    for await (const { databaseId } of createClient({ url }).walkTasks()) if (databaseId === 2) break;
    expect(got).toHaveLength(1);
  });
});

describe('taskOf', () => {
  it('takes the task out of a result, or throws what was refused', () => {
    expect(taskOf({ __typename: 'Task', id: 'x' })).toEqual({ __typename: 'Task', id: 'x' });
    const refused = () =>
      taskOf({ __typename: 'AlreadyDecidedError', message: 'was approved', decision: 'APPROVED' });
    expect(refused).toThrow(RefusedError);
    expect(refused).toThrow('was approved');
  });
});
