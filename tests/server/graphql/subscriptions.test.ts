import { expect, it } from 'vitest';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { serveGraphql } from '../../support/graphql.ts';

const watch = { query: 'subscription { taskChanged(runId: "r") { databaseId status } }' };

describeOnEither('The subscription taskChanged', (database) => {
  const graphql = serveGraphql(database);
  const create = (runId: string) =>
    graphql.send(
      'mutation ($runId: String!) { createTask(input: { task: "t", runId: $runId, status: QUEUED }) { ... on Task { databaseId } } }',
      { runId },
    );

  const subscribe = async (abort: AbortController, query = watch.query) => {
    const response = await fetch(graphql.url(), {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    // Nothing between may gather events, or compress them.
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('cache-control')).toContain('no-transform');
    const reader = response.body?.getReader();
    if (!reader) throw new Error('The stream has no body.');
    let text = '';
    /** Reads until what has come since the last call, or all of it, has this. */
    return async (wanted: RegExp, isNew = false) => {
      if (isNew) text = '';
      while (!wanted.test(text)) {
        const { done, value } = await reader.read();
        if (done) return `${text}<end>`;
        text += Buffer.from(value).toString();
      }
      return text;
    };
  };
  const listeners = (count: number) => eventually(() => expect(graphql.store().changes.size).toBe(count));

  it('sends each change of that run, with keep-alive comments between, and none of other runs', async () => {
    const abort = new AbortController();
    const until = await subscribe(abort);
    await listeners(1);
    await create('other');
    const { body } = await create('r');
    const { databaseId } = body.data.createTask;
    await until(/QUEUED/);
    await graphql.send(
      'mutation ($id: Int!) { updateTask(input: { databaseId: $id, status: RUNNING }) { __typename } }',
      { id: databaseId },
    );
    const text = await until(/RUNNING/);
    const changes = [...text.matchAll(/^data: (\{.*\})$/gm)].map((match) => JSON.parse(match[1] ?? ''));
    expect(changes).toEqual([
      { data: { taskChanged: { databaseId, status: 'QUEUED' } } },
      { data: { taskChanged: { databaseId, status: 'RUNNING' } } },
    ]);
    await until(/RUNNING[\s\S]*\n:\n/);
    abort.abort();
    await listeners(0);
  });

  it('counts what each event may hold anew, however many there are', async () => {
    const abort = new AbortController();
    const until = await subscribe(
      abort,
      `subscription { taskChanged(runId: "r") { approvalNote run {
        all: tasks(first: 200) { nodes { databaseId } } again: tasks(first: 200) { nodes { databaseId } }
        large: tasks(first: 10) { nodes { logExcerpt outputs } } } } }`,
    );
    await listeners(1);
    const { body } = await create('r');
    const { databaseId } = body.data.createTask;
    await database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, log_excerpt, outputs)
        SELECT 't' || n, 'r', 'queued', $1, $2 FROM generate_series(1, 10) n`,
      values: ['x'.repeat(65_536), { made: 'y'.repeat(60_000) }],
    });
    // 40 events hold 16,000 nodes and 50 MB of excerpts and outputs.
    for (let event = 1; event <= 40; event += 1) {
      await database.db().query({
        text: 'UPDATE agents_tasks SET approval_note = $1 WHERE id = $2',
        values: [`event ${event}.`, databaseId],
      });
      graphql.store().changes.publish(await readTask(database.db(), databaseId));
      expect(await until(new RegExp(`event ${event}\\.|errors`), true)).not.toContain('errors');
    }
    abort.abort();
    await listeners(0);
  });

  it('forgets its listeners when callers go away, however many they are', async () => {
    const aborts = Array.from({ length: 20 }, () => new AbortController());
    await Promise.all(aborts.map((abort) => subscribe(abort)));
    await listeners(20);
    for (const abort of aborts) abort.abort();
    await listeners(0);
  });

  it('gives its place back when a changed task cannot be read', async () => {
    const { body } = await create('r');
    const task = await readTask(database.db(), body.data.createTask.databaseId);
    await subscribe(new AbortController());
    await listeners(1);
    await database.db().query({ text: 'ALTER TABLE agents_tasks RENAME TO away' });
    try {
      graphql.store().changes.publish(task);
      await listeners(0);
    } finally {
      await database.db().query({ text: 'ALTER TABLE away RENAME TO agents_tasks' });
    }
  });

  it('ends its streams when the server stops', async () => {
    const until = await subscribe(new AbortController());
    await listeners(1);
    graphql.store().changes.close();
    expect(await until(/never/)).toMatch(/event: complete[\s\S]*<end>$/);
    await listeners(0);
  });
});
