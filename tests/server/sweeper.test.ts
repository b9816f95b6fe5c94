import { expect, it, onTestFinished } from 'vitest';
import { leaseTask } from '../../domain/engine/lease.ts';
import { startRun, startRunInput } from '../../domain/engine/startRun.ts';
import { readServerConfig } from '../../server/config.ts';
import { describeOnEither } from '../support/databases.ts';
import { everything } from '../support/domain.ts';
import { send, type TaskJson } from './serve.ts';
import { startServer } from './startServer.ts';

describeOnEither('A server', (database) => {
  it('fails the running task of a reporter who falls silent, and no other', async () => {
    const server = await startServer({
      ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', LEASE_SECONDS: '2', REPORT_HOURS: '1' }),
      database: await database.createFresh(),
    });
    onTestFinished(() => server.close());
    const post = async (status: string) => {
      const json = { task: 'a.b', run_id: 'outside', status };
      return (await send(server.url, '/agents/tasks/', { method: 'POST', json })).json<TaskJson>().id;
    };
    const read = async (id: number) =>
      (await send(server.url, `/agents/tasks/${id}`)).json<TaskJson & { reason: string }>();
    const [silent, heard, queued] = [await post('running'), await post('running'), await post('queued')];
    const json = { log_excerpt: 'alive' };
    await send(server.url, `/agents/tasks/${heard}`, { method: 'PATCH', json });
    // All were made two hours ago, and one of them was reported since.
    const age = () =>
      server.store.db.query({
        text: `UPDATE agents_tasks SET created_at = now() - interval '2 hours',
          reported_at = CASE WHEN id = $1 THEN NULL ELSE reported_at END WHERE status = 'running'`,
        values: [silent],
      });
    // Where the machine stood still for a moment, reporters count as heard from: nobody could hear them.
    const isFailed = async () => {
      await age();
      return (await read(silent)).status;
    };
    await expect.poll(isFailed, { interval: 200 }).toBe('failed');
    expect((await read(silent)).log_excerpt).toBe(
      '[nightshift] failed: its reporter sent nothing for 1 hour',
    );
    expect([(await read(heard)).status, (await read(queued)).status]).toEqual(['running', 'queued']);
  });

  it('fails a task that no worker asks for, in spite of workers that do not fit', async () => {
    const server = await startServer({
      ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', LEASE_SECONDS: '2' }),
      database: await database.createFresh(),
    });
    onTestFinished(() => server.close());
    const steps = [{ task: 'train', labels: ['gpu'] }];
    const limits = { unclaimedAfterMs: 1000, unclaimedFailsMs: 2000 };
    const run = await startRun(
      server.store,
      everything,
      startRunInput.parse({ definition: { name: 'night', steps, ...limits } }),
    );
    const reason = async () => {
      await leaseTask(server.store, {
        worker: 'w1',
        requestId: crypto.randomUUID(),
        planHashes: [run.planHash],
        runIds: [],
        labels: [],
      });
      const [task] = await server.store.db.query<{ status: string; reason: string | null }>({
        text: 'SELECT status, reason FROM agents_tasks',
      });
      return task;
    };
    await expect.poll(reason, { interval: 300 }).toEqual({
      status: 'failed',
      reason: 'no worker asked for it for 2 s: no worker that knows its plan has the label gpu',
    });
  });
});
