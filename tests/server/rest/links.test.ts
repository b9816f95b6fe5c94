import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { remarksOnLink } from '../../../contract/input/link.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { finishAttempt } from '../../../domain/engine/finishAttempt.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { readDetails } from '../../../domain/tasks/details.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { empty, post, serve, type TaskJson, type TestServer } from '../serve.ts';

const owner = 'o'.repeat(101);
const wide = [
  `https://github.com/${owner}/site/pull/9`,
  `https://github.com/acme/${'r'.repeat(300)}/pull/9`,
  `https://${'h'.repeat(60)}.${'i'.repeat(60)}.${'j'.repeat(60)}.${'k'.repeat(60)}.${'l'.repeat(60)}.example/a/b/pull/9`,
  'https://github.com/acme/site/pull/99999999999999999999',
  'https://user:secret@github.com:8443/acme/site/pull/9/files',
];

describeOnEither('A link that fits no pull request', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
  });
  beforeEach(() => empty(database.db()));
  const remarksOf = async (id: number) => (await readDetails(database.db(), [id], ['remarks']))[0]?.remarks;
  const patch = (id: number, json: object) => server.send(`/agents/tasks/${id}`, { method: 'PATCH', json });

  it.each(wide)('makes no report over REST fail: %s', async (outputs_uri) => {
    const waiting = await post(server, { status: 'awaiting_approval', outputs_uri });
    expect(waiting.status).toBe('awaiting_approval');
    const running = await post(server, { status: 'running' });
    const changed = await patch(running.id, { status: 'awaiting_approval', outputs_uri });
    expect(changed.status, changed.text).toBe(200);
  });

  it('leaves no remark on what a report may not change: a task of the engine, or one that was decided', async () => {
    const store = storeOf(database);
    const definition = { name: 'night', steps: [{ task: 'a' }] };
    const run = await startRun(store, everything, startRunInput.parse({ definition, runId: randomUUID() }));
    const ofEngine = run.tasks[0]?.id ?? 0;
    await patch(ofEngine, { outputs_uri: 'javascript:words-of-the-agent' });
    expect(await remarksOf(ofEngine)).toEqual([]);

    const decided = await post(server, { status: 'awaiting_approval' });
    await decideTask(store, everything, decided.id, 'approve');
    await patch(decided.id, { outputs_uri: 'javascript:words-of-the-agent' });
    expect(await remarksOf(decided.id)).toEqual([]);
    const running = await post(server, { status: 'running' });
    await patch(running.id, { outputs_uri: 'javascript:words-of-the-agent' });
    expect(await remarksOf(running.id)).toHaveLength(1);
  });

  it.each([...wide, `https://github.com/acme/site/pull/9?${'q'.repeat(600)}`])(
    'makes no report of a worker fail, so that its step is not run again: %s',
    async (outputsUri) => {
      const store = storeOf(database);
      const definition = { name: 'night', steps: [{ task: 'a' }] };
      const run = await startRun(store, everything, startRunInput.parse({ definition, runId: randomUUID() }));
      const lease = await awaitLease(
        store,
        {
          worker: 'w',
          requestId: randomUUID(),
          planHashes: [run.planHash],
          runIds: [],
          labels: [],
        },
        0,
      );
      const report = attemptReport.parse({
        ending: 'exit',
        exitCode: 0,
        durationMs: 1,
        outputsUri,
        remarks: remarksOnLink(outputsUri),
      });
      const task = await finishAttempt(store, lease?.leaseId ?? '', report);
      expect(['awaiting_approval', 'succeeded']).toContain(task.status);
      const remarks = [...remarksOnLink(outputsUri), expect.stringContaining('so a person decides')];
      expect(await remarksOf(task.id)).toEqual(expect.arrayContaining(remarks));
      expect(remarks).toHaveLength(outputsUri.length > 512 ? 2 : 1);
    },
  );

  it('is dropped with a remark where a browser would run it, by POST and by PATCH, and once only', async () => {
    const made = await post(server, { outputs_uri: 'javascript:alert(1)' });
    expect(made).toMatchObject({ outputs_uri: null });
    const other = await post(server, { outputs_uri: 'reports/a.html' });
    for (let time = 0; time < 2; time++) {
      const answer = await patch(other.id, { outputs_uri: ' DATA:text/html,x' });
      expect(answer.json<TaskJson>()).toMatchObject({ outputs_uri: null });
    }
    for (const { id } of [made, other])
      expect(await remarksOf(id)).toEqual([expect.stringContaining('a browser would run it')]);
  });

  it('is refused only for its length', async () => {
    const json = { task: 'a', run_id: 'b', status: 'running', outputs_uri: 'x'.repeat(513) };
    expect((await server.send('/agents/tasks/', { method: 'POST', json })).status).toBe(422);
    expect(await post(server, { outputs_uri: 'https://ci.example/a b' })).toMatchObject({
      outputs_uri: 'https://ci.example/a%20b',
    });
  });
});
