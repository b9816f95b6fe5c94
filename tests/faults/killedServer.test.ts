import { expect, it } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { send } from '../server/serve.ts';
import { describeOnBothFresh } from '../support/databases.ts';
import { sized } from '../support/form.ts';
import { spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';

const rounds = sized({ short: 1, full: 20 });

describeOnBothFresh('kill -9 of a server that takes reports', (database) => {
  it('loses no task that it had acknowledged', async () => {
    const config = await database.createFresh();
    const env =
      'url' in config
        ? { DATABASE_URL: config.url, NIGHTSHIFT_DATA: tempDir() }
        : { NIGHTSHIFT_DATA: config.dataDir, DATABASE_URL: '' };
    const acknowledged: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const server = spawnNode(['tests/fixtures/server/serve.ts'], env);
      const [url] = await server.printed(/^http\S+$/m);
      const enough = acknowledged.length + 30 + Math.floor(Math.random() * 100);
      await report(url, acknowledged, () => {
        if (acknowledged.length === enough) void server.kill('SIGKILL');
      });
      await server.kill('SIGKILL');
    }
    const db = await openDatabase(config);
    const found = await db.query<{ id: number }>({ text: 'SELECT id FROM agents_tasks' });
    await db.close();
    const present = new Set(found.map(({ id }) => id));
    expect(acknowledged.length).toBeGreaterThanOrEqual(rounds * 30);
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
  });
});

/** Four callers report until the server is gone, and note each task that was acknowledged. */
async function report(url: string, acknowledged: number[], onAcknowledged: () => void): Promise<void> {
  const json = { task: 'x', run_id: 'nightly-1', status: 'running', log_excerpt: 'line\n'.repeat(100) };
  const callers = Array.from({ length: 4 }, async () => {
    for (;;) {
      const answer = await send(url, '/agents/tasks/', { method: 'POST', json }).catch(() => undefined);
      if (answer === undefined) return;
      acknowledged.push(answer.json<{ id: number }>().id);
      onAcknowledged();
    }
  });
  await Promise.all(callers);
}
