import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { describeOnBoth } from '../../support/databases.ts';
import { serve, type TestServer } from '../serve.ts';

describeOnBoth('An export with a slow reader', (database) => {
  const large = '/agents/tasks/paged.csv?limit=10000&columns=outputs_uri,approval_note';

  beforeAll(async () => {
    await database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, outputs_uri, approval_note)
        SELECT 'x', 'a', 'running', repeat('u', 500), repeat('n', 3500) FROM generate_series(1, 10000)`,
    });
  });

  /** Asks for a large export and reads no more of it than its beginning. */
  async function readSlowly(server: TestServer, path = large): Promise<void> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
  }

  it('keeps nobody out for long: two such readers are ended, and who waited gets all of it', async () => {
    const server = await serve(database.db(), {}, { exports: { progressMs: 1000 } });
    await readSlowly(server);
    await readSlowly(server, '/agents/tasks/paged.csv?limit=10000&columns=approval_note');
    const answers = await Promise.all([1, 2, 3].map(() => server.send('/agents/tasks/paged.csv?limit=50')));
    expect(answers.map(({ status, text }) => [status, text.split('\r\n').length])).toEqual(
      answers.map(() => [200, 52]),
    );
  });

  it('keeps its place while it is sent: past the bound, or after the time to wait, it is told when to come again', async () => {
    const server = await serve(database.db(), {}, { exports: { atOnce: 1, waiting: 1, waitMs: 500 } });
    await readSlowly(server);
    const [late, turnedAway] = await Promise.all([server.send(large), server.send('/agents/decisions.csv')]);
    for (const answer of [late, turnedAway]) {
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10']);
      expect(answer.json()).toEqual({ detail: 'Other exports are in progress. Try again in 10 seconds.' });
    }
  });

  it('does not keep others from the database', async () => {
    const server = await serve(database.db());
    await readSlowly(server);
    expect((await server.send('/agents/tasks/?limit=5')).status).toBe(200);
    expect(server.logged.filter((line) => !line.includes('its reader was slow'))).toEqual([]);
  });
});
