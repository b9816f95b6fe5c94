import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createClient, type Task, taskOf } from '../../client/index.ts';
import { findTasks } from '../../domain/tasks/read.ts';
import { printContract } from '../../schema/print.ts';
import { describeOnBoth, useDatabase } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { serveGraphql } from '../support/graphql.ts';
import { badGateway, startFlaky, stream } from './flakyServer.ts';

describeOnBoth('The client with a server', (database) => {
  const graphql = serveGraphql(database);
  const client = () => createClient({ url: graphql.url() });

  it('does everything that there is to do', async () => {
    const api = client();
    expect((await api.viewer()).id).toBe('local');
    const input = { task: 'seo.validate', runId: 'nightly-2025-01-15', status: 'RUNNING' } as const;
    const task = taskOf(await api.createTask({ ...input, inputs: { flags: ['--strict'] } }));
    const waiting = taskOf(
      await api.updateTask({
        id: task.id,
        status: 'AWAITING_APPROVAL',
        outputsUri: 'https://github.com/a/b/pull/1',
        logExcerpt: 'log',
      }),
    );
    expect(waiting).toMatchObject({ status: 'AWAITING_APPROVAL', approvalState: 'PENDING' });
    expect(taskOf(await api.approveTask({ id: task.id })).status).toBe('SUCCEEDED');
    const again = await api.rejectTask({ id: task.id });
    expect(again).toMatchObject({ __typename: 'AlreadyDecidedError', decision: 'APPROVED' });
    const other = taskOf(await api.createTask({ ...input, status: 'QUEUED', startedAt: null }));
    expect(taskOf(await api.cancelTask({ databaseId: other.databaseId, note: 'no' })).status).toBe('SKIPPED');

    expect(await api.task({ databaseId: task.databaseId })).toMatchObject({ id: task.id, logExcerpt: 'log' });
    expect(await api.task({ databaseId: 4711 })).toBe(null);
    expect((await api.run(input.runId))?.counts).toMatchObject({ total: 2, succeeded: 1, skipped: 1 });
    expect(await api.run('none')).toBe(null);
    expect((await api.runs()).nodes).toHaveLength(1);
    expect((await api.tasks({ first: 1 })).nodes).toHaveLength(1);
    expect(await api.countTasks({ status: ['SKIPPED'] })).toBe(1);
    const walked: string[] = [];
    for await (const { id } of api.walkTasks({}, { pageSize: 1 })) walked.push(id);
    expect(walked.sort()).toEqual([task.id, other.id].sort());
    expect((await api.pruneTasks('2030-01-01')).deleted).toBe(2);
  });

  it('makes one task of a creation whose answer was lost', async () => {
    const input = { task: 'once', runId: 'r', status: 'QUEUED', idempotencyKey: 'lost' } as const;
    const [first, second] = [
      taskOf(await client().createTask(input)),
      taskOf(await client().createTask(input)),
    ];
    expect(second.id).toBe(first.id);
    expect(await client().countTasks({ task: ['once'] })).toBe(1);
  });
});

describe('A watch', () => {
  const database = useDatabase('pglite');
  const graphql = serveGraphql(database);

  it('yields each change, connects again when its stream ends, and catches up', async () => {
    const api = createClient({ url: graphql.url(), minDelayMs: 300, maxDelayMs: 300 });
    const listening = (count: number) => eventually(() => expect(graphql.store().changes.size).toBe(count));
    const abort = new AbortController();
    const changes = api.watchRun('w', { signal: abort.signal });
    const next = async () => ((await changes.next()).value as Task | undefined)?.status;

    const first = next();
    await listening(1);
    const task = taskOf(await api.createTask({ task: 't', runId: 'w', status: 'QUEUED' }));
    expect(await first).toBe('QUEUED');

    const second = next();
    graphql.store().changes.close();
    await listening(0);
    await api.updateTask({ id: task.id, status: 'RUNNING' });
    expect(await second).toBe('RUNNING');

    const third = next();
    await listening(1);
    await api.updateTask({ id: task.id, status: 'SUCCEEDED' });
    expect(await third).toBe('SUCCEEDED');

    const fourth = changes.next();
    abort.abort();
    expect(await fourth).toEqual({ done: true, value: undefined });
    await listening(0);
  });

  it('of everything yields what changes, once for each version, and says after a break to read again', async () => {
    const api = createClient({ url: graphql.url(), minDelayMs: 1, maxDelayMs: 1 });
    const changes = api.watchAll();
    const next = async () => {
      const { value } = await changes.next();
      if (!value) throw new Error('The watch has ended.');
      return value;
    };
    expect(await next()).toEqual({ readAgain: true, rows: [] });
    const task = taskOf(await api.createTask({ task: 't', runId: 'all', status: 'QUEUED' }));
    const { rows } = await next();
    expect(rows).toMatchObject([{ kind: 'RUN' }, { kind: 'TASK', id: task.id, version: 1 }]);
    const [again] = await findTasks(database.db(), [task.databaseId]);
    if (again) graphql.store().changes.publish(again);
    await api.updateTask({ id: task.id, status: 'RUNNING' });
    expect((await next()).rows).toContainEqual(expect.objectContaining({ id: task.id, version: 2 }));
    graphql.store().changes.publishGap();
    expect((await next()).readAgain).toBe(true);
    await changes.return();
    await eventually(() => expect(graphql.store().changes.size).toBe(0));
  });

  it('of everything connects again when its stream ends', async () => {
    const event = (readAgain: boolean, version: number) => ({
      data: { changed: { readAgain, rows: [{ id: 'x', version }] } },
    });
    const flaky = await startFlaky(
      stream([event(true, 2), event(false, 3), event(false, 3), event(false, 2)], { end: true }),
      badGateway(),
      stream([event(true, 3), event(false, 4)]),
    );
    const seen: unknown[] = [];
    for await (const { readAgain, rows } of createClient({
      url: flaky.url,
      minDelayMs: 1,
      maxDelayMs: 1,
    }).watchAll()) {
      seen.push([readAgain, rows.map(({ version }) => version)]);
      if (rows.some(({ version }) => version === 4)) break;
    }
    expect(seen).toEqual([
      [true, [2]],
      [false, [3]],
      [true, []],
      [false, [4]],
    ]);
  });

  it('leaves no listener behind when its reader stops', async () => {
    const api = createClient({ url: graphql.url() });
    const reading = (async () => {
      for await (const task of api.watchRun('x')) return task.task;
      return undefined;
    })();
    await eventually(() => expect(graphql.store().changes.size).toBe(1));
    await api.createTask({ task: 'seen', runId: 'x', status: 'QUEUED' });
    expect(await reading).toBe('seen');
    await eventually(() => expect(graphql.store().changes.size).toBe(0));
  });

  it('gives up when the server refuses, with its reason, and when it stays away', async () => {
    const refused = await startFlaky(
      stream([{ errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] }], { end: true }),
    );
    await expect(createClient({ url: refused.url }).watchRun('x').next()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'no',
    });
    const away = createClient({ url: 'http://127.0.0.1:1', retries: 1, minDelayMs: 1 });
    await expect(away.watchRun('x').next()).rejects.toMatchObject({
      name: 'ApiUnreachableError',
      attempts: 2,
    });
  });
});

describe('The committed contract', () => {
  it('is what the schema prints', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(printContract());
  });
});
