import { expect, it } from 'vitest';
import { readEventStream } from '../../../client/eventStream.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { viewerNamed } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { serveGraphql } from '../../support/graphql.ts';

interface Row {
  kind: 'TASK' | 'RUN' | 'APPROVAL';
  id: string;
  databaseId: number | null;
  version: number;
  runId: string;
  plan: string | null;
  project: string | null;
  taskId: number | null;
  task: string | null;
}
interface Changes {
  readAgain: boolean;
  rows: Row[];
}

const query =
  'subscription { changed { readAgain rows { kind id databaseId version runId plan project taskId task } } }';

describeOnEither('The subscription changed', (database) => {
  const graphql = serveGraphql(database);
  const listeners = (count: number) => eventually(() => expect(graphql.store().changes.size).toBe(count));

  async function subscribe(abort: AbortController) {
    const response = await fetch(graphql.url(), {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: abort.signal,
    });
    if (response.body === null) throw new Error('The stream has no body.');
    const events = readEventStream(response.body);
    /** Gives what comes next; undefined at the end. */
    const next = async (): Promise<Changes | undefined> => {
      for (;;) {
        const { done, value } = await events.next();
        if (done || value.event === 'complete') return undefined;
        if (value.event !== 'next') continue;
        const { data, errors } = JSON.parse(value.data);
        if (errors) throw new Error(value.data);
        return data.changed;
      }
    };
    /** Reads until a row comes that is wanted. */
    const until = async (isWanted: (row: Row) => boolean): Promise<Row> => {
      for (;;) {
        const changes = await next();
        if (changes === undefined) throw new Error('The stream has ended.');
        const found = changes.rows.find(isWanted);
        if (found) return found;
      }
    };
    return { next, until };
  }

  const create = async (runId: string, status = 'QUEUED') => {
    const { body } = await graphql.send(
      'mutation ($runId: String!, $status: TaskStatus!) { createTask(input: { task: "seo.check", runId: $runId, status: $status }) { ... on Task { id databaseId version run { id version } approval { id version } } } }',
      { runId, status },
    );
    return body.data.createTask;
  };
  const update = (databaseId: number, fields: string) =>
    graphql.send(`mutation { updateTask(input: { databaseId: ${databaseId}, ${fields} }) { __typename } }`);

  it('first says to read again, then tells rows of every run with the versions that reading them gives', async () => {
    const abort = new AbortController();
    const { next, until } = await subscribe(abort);
    expect(await next()).toEqual({ readAgain: true, rows: [] });
    const task = await create('one', 'AWAITING_APPROVAL');
    const changes = await next();
    expect(changes?.readAgain).toBe(false);
    const common = { runId: 'one', plan: null, project: null };
    const ofTask = { ...common, taskId: task.databaseId, task: 'seo.check' };
    expect(changes?.rows).toEqual([
      { kind: 'RUN', ...task.run, databaseId: null, ...common, taskId: null, task: null },
      { kind: 'TASK', id: task.id, version: task.version, databaseId: task.databaseId, ...ofTask },
      { kind: 'APPROVAL', ...task.approval, databaseId: expect.any(Number), ...ofTask },
    ]);
    const other = await create('other');
    expect(await until(({ kind, runId }) => kind === 'TASK' && runId === 'other')).toMatchObject({
      id: other.id,
    });
    abort.abort();
    await listeners(0);
  });

  it('tells a row that changes again and again within a moment once, with its last version', async () => {
    const abort = new AbortController();
    const { next, until } = await subscribe(abort);
    await next();
    const { databaseId, version } = await create('busy');
    await until(({ databaseId: id }) => id === databaseId);
    for (let count = 0; count < 40; count += 1)
      await database.db().query({
        text: 'UPDATE agents_tasks SET log_excerpt = $1 WHERE id = $2',
        values: [`${count}`, databaseId],
      });
    const task = await readTask(database.db(), databaseId);
    for (let count = 0; count < 40; count += 1) graphql.store().changes.publish(task);
    const changes = await next();
    expect(changes?.rows.filter(({ kind }) => kind === 'TASK')).toEqual([
      expect.objectContaining({ databaseId, version: version + 40 }),
    ]);
    abort.abort();
    await listeners(0);
  });

  it('raises the version of a run when its counts, its start or its end change, and otherwise not', async () => {
    const { databaseId } = await create('versions');
    const versionOfRun = async () => {
      const { body } = await graphql.send('{ run(runId: "versions") { version } }');
      return body.data.run.version;
    };
    let before = await versionOfRun();
    for (const fields of [
      'status: RUNNING',
      'startedAt: "2025-01-15T02:00:00Z"',
      'status: SUCCEEDED',
      'finishedAt: "2030-01-15T03:00:00Z"',
    ]) {
      await update(databaseId, fields);
      const after = await versionOfRun();
      expect(after, fields).toBe(before + 1);
      before = after;
    }
    await update(databaseId, 'logExcerpt: "more"');
    expect(await versionOfRun()).toBe(before);
  });

  it('tells of a vote that decides nothing yet, and of the decision', async () => {
    const abort = new AbortController();
    const { next, until } = await subscribe(abort);
    await next();
    const { databaseId } = await create('voted', 'AWAITING_APPROVAL');
    const isOfIt = ({ kind, taskId }: Row) => kind === 'APPROVAL' && taskId === databaseId;
    const opened = await until(isOfIt);
    await database.db().query({
      text: `UPDATE approvals SET policy = policy || '{"required": 2}' WHERE task_id = $1`,
      values: [databaseId],
    });
    const approve = async (who: string) => {
      graphql.viewer = viewerNamed(who);
      const { body } = await graphql.send(
        `mutation { approveTask(input: { databaseId: ${databaseId} }) { ... on Task { status approval { version voters } } } }`,
      );
      return body.data.approveTask;
    };
    const first = await approve('ann@example.org');
    expect(first).toMatchObject({ status: 'AWAITING_APPROVAL', approval: { voters: ['ann@example.org'] } });
    const voted = await until(isOfIt);
    expect(voted).toMatchObject({ id: opened.id, version: first.approval.version });
    expect(voted.version).toBeGreaterThan(opened.version + 1);
    expect(await approve('bob@example.org')).toMatchObject({ status: 'SUCCEEDED' });
    expect((await until(isOfIt)).version).toBeGreaterThan(voted.version);
    abort.abort();
    await listeners(0);
  });

  it('says to read again after old tasks were deleted', async () => {
    const abort = new AbortController();
    const { next } = await subscribe(abort);
    await next();
    await create('old');
    await graphql.send('mutation { pruneTasks(input: { before: "2099-01-01" }) { deleted } }');
    for (;;) if ((await next())?.readAgain) break;
    abort.abort();
    await listeners(0);
  });

  it('gives nothing to who may not read', async () => {
    graphql.viewer = viewerNamed('worker', ['work', 'report', 'operate', 'approve']);
    const response = await fetch(graphql.url(), {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    expect(text).toContain('FORBIDDEN');
    expect(text).not.toContain('readAgain');
    expect(graphql.store().changes.size).toBe(0);
    graphql.viewer = viewerNamed('reader');
  });

  it('ends its streams when the server stops', async () => {
    const { next } = await subscribe(new AbortController());
    await next();
    graphql.store().changes.close();
    expect(await next()).toBeUndefined();
    await listeners(0);
  });
});
