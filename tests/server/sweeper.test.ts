import { expect, it, onTestFinished } from 'vitest';
import { readServerConfig } from '../../server/config.ts';
import { describeOnBoth } from '../support/databases.ts';
import { send, type TaskJson } from './serve.ts';
import { startServer } from './startServer.ts';

describeOnBoth('A server', (database) => {
  it('fails the running task of a reporter who falls silent, and no other', async () => {
    const server = await startServer({
      ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', LEASE_SECONDS: '2', REPORT_HOURS: '0.001' }),
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
    const isFailed = async () => {
      const json = { log_excerpt: `alive at ${Date.now()}` };
      await send(server.url, `/agents/tasks/${heard}`, { method: 'PATCH', json });
      return (await read(silent)).status;
    };
    await expect.poll(isFailed, { interval: 200 }).toBe('failed');
    expect((await read(silent)).log_excerpt).toBe(
      '[nightshift] failed: nothing was reported of it for 4 seconds',
    );
    expect([(await read(heard)).status, (await read(queued)).status]).toEqual(['running', 'queued']);
  });
});
