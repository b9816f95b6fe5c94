import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../database/database.ts';
import { createTask } from '../../domain/reporting/create.ts';
import { head } from '../domain/pulls/support.ts';
import { startGithub } from '../server/pulls/githubServer.ts';
import { send, type TaskJson } from '../server/serve.ts';
import { describeOnEither } from '../support/databases.ts';
import { everything, storeOf } from '../support/domain.ts';
import { sized } from '../support/form.ts';
import { spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';

const perRound = 6;

describeOnEither('kill -9 of a server that carries approvals to their pull requests', (database) => {
  it('loses no merge that was owed, and merges nothing that was not approved', async () => {
    const rounds = sized({ short: 2, full: 25 });
    const github = await startGithub();
    onTestFinished(() => github.close());
    // An answer takes its time, so that a kill falls between a merge and the note of it.
    github.delayMs = 20;
    const config = await database.createFresh();
    const dataDir = 'url' in config ? tempDir() : config.dataDir;
    const env = {
      NIGHTSHIFT_DATA: dataDir,
      DATABASE_URL: 'url' in config ? config.url : '',
      GITHUB_TOKEN: 'token',
      GITHUB_API_URL: github.apiUrl,
      OUTBOUND_ALLOW: '127.0.0.1',
    };
    const approved = new Set<number>();
    const left = new Set<number>();
    for (let round = 0; round < rounds; round += 1) {
      const waiting = await using(config, async (db) => {
        const tasks = [];
        for (let count = 0; count < perRound; count += 1) {
          const { number, html_url: outputsUri } = github.open(head(github.pulls.size + 1));
          const input = { task: 't', runId: 'r', status: 'awaiting_approval' as const, outputsUri };
          const { task } = await createTask(storeOf({ db: () => db }), everything, input);
          tasks.push({ id: task.id, number });
        }
        await db.query({
          text: `UPDATE approvals SET policy = policy || '{"onApprove": "merge"}', pull_own = true, pull_checked_at = now(),
            pull_head = lpad(to_hex(pull_number), 40, '0') WHERE ended_at IS NULL`,
        });
        await makeDue(db);
        return tasks;
      });
      left.add(waiting.pop()?.number ?? 0);
      const server = spawnNode(['tests/fixtures/server/serve.ts'], env);
      const [url] = await server.printed(/^http\S+$/m);
      const enough = approved.size + 1 + Math.floor(Math.random() * waiting.length);
      const key = readFileSync(join(dataDir, 'key'), 'utf8').trim();
      const reached = Promise.withResolvers<void>();
      const decide = async ({ id, number }: { id: number; number: number }) => {
        const request = { method: 'POST', key, json: { expected_head_sha: head(number) } };
        const answer = await send(url, `/agents/tasks/${id}/approve`, request).catch(() => undefined);
        if (answer !== undefined && answer.status !== 200) reached.reject(new Error(answer.text));
        else if (answer !== undefined) approved.add(number);
        if (approved.size >= enough || answer === undefined) reached.resolve();
      };
      const deciding = Promise.all(waiting.map(decide));
      await reached.promise;
      await pause(Math.random() * 250);
      await server.kill('SIGKILL');
      await deciding;
    }
    await using(config, makeDue);
    const server = spawnNode(['tests/fixtures/server/serve.ts'], env);
    onTestFinished(() => server.kill());
    const [url] = await server.printed(/^http\S+$/m);
    // An approval whose answer was lost with a server counts as well.
    const decided = new Set(await approvedAt(url));
    expect([...approved].filter((number) => !decided.has(number))).toEqual([]);
    const owed = () => [...decided].filter((number) => github.pulls.get(number)?.merged_at === null);
    await expect.poll(owed, { interval: 100 }).toEqual([]);
    await server.kill();
    for (const number of left) expect(github.pulls.get(number)?.merged_at).toBeNull();
    for (const { number, merged_at } of github.pulls.values())
      expect([number, merged_at !== null]).toEqual([number, decided.has(number)]);
    expect(approved.size).toBeGreaterThanOrEqual(rounds);
    console.log(`${database.kind}: ${decided.size} approved, ${decided.size - approved.size} answers lost`);
  });
});

async function using<T>(
  config: Parameters<typeof openDatabase>[0],
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await openDatabase(config);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** The numbers of the pull requests whose tasks a server knows as approved. */
async function approvedAt(url: string): Promise<number[]> {
  const answer = await send(url, '/agents/tasks/?run_id=r&status=succeeded&limit=200');
  return answer
    .json<TaskJson[]>()
    .filter(({ approval_state: state }) => state === 'approved')
    .map(({ outputs_uri: uri }) => Number(uri?.split('/').at(-1)));
}

/** What a process that was killed had taken is due at once, rather than after two minutes. */
async function makeDue(db: Database): Promise<void> {
  await db.query({ text: `UPDATE approvals SET pull_action_at = now() WHERE pull_action_state = 'owed'` });
}
