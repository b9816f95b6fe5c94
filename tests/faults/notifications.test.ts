import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Client, createClient, expectType } from '../../client/index.ts';
import { type DatabaseConfig, openDatabase } from '../../database/database.ts';
import { receiveWebhooks } from '../server/notifications/receiver.ts';
import { describeOnEither } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { sized } from '../support/form.ts';
import { type NodeProcess, spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';

/** So many reports are on their way while the server may be killed at any moment. */
const callers = 3;

describeOnEither('kill -9 of a server that notifies', (database) => {
  const kills = sized({ short: 2, full: 50 });

  it(`loses no notification of a change that was committed, and sends none of another, in ${kills} kills`, async () => {
    const hooks = await receiveWebhooks((response) => {
      // An answer takes its time, so that some are lost with the server.
      setTimeout(() => response.writeHead(200).end(), Math.random() * 30);
    });
    const config = await database.createFresh();
    const dataDir = 'dataDir' in config ? config.dataDir : tempDir();
    const variables = {
      NIGHTSHIFT_DATA: dataDir,
      SLACK_WEBHOOK: `${hooks.url}/slack`,
      OUTBOUND_ALLOW: '127.0.0.1',
    };
    const acknowledged = new Set<string>();
    for (let kill = 0; kill < kills; kill += 1) {
      const server = startServer(config, variables);
      const [url] = await server.printed(/^http\S+$/m);
      const apiKey = readFileSync(join(dataDir, 'key'), 'utf8').trim();
      const over = new AbortController();
      const working = Array.from({ length: callers }, () =>
        reportUntil(createClient({ url, apiKey, retries: 0 }), acknowledged, over.signal),
      );
      const enough = acknowledged.size + 1 + Math.floor(Math.random() * 15);
      await eventually(() => expect(acknowledged.size).toBeGreaterThanOrEqual(enough));
      await pause(Math.random() * 40);
      await server.kill('SIGKILL');
      over.abort();
      await Promise.all(working);
    }
    await makeDue(config);
    const server = startServer(config, variables);
    const [url] = await server.printed(/^http\S+$/m);
    // Of an attempt whose lease lapsed, since its server was killed, it is told that it was lost, and what its run came to.
    const messages = () => hooks.received.filter(({ body }) => / awaiting approval: /.test(body.text));
    const told = () => new Set(messages().map(({ body }) => runOf(body.text)));
    // A report whose answer was lost with a server counts as well.
    const waiting = await awaitingAt(url);
    await eventually(() => expect(waiting.filter((runId) => !told().has(runId))).toEqual([]));
    await server.kill('SIGTERM');

    const rows = await readRows(config);
    const awaiting = new Set(rows.map(({ runId }) => runId));
    expect(acknowledged.size).toBeGreaterThan(kills);
    expect([...acknowledged].filter((runId) => !awaiting.has(runId))).toEqual([]);
    expect([...told()].filter((runId) => !awaiting.has(runId))).toEqual([]);
    expect(rows.filter(({ runId }) => !told().has(runId))).toEqual([]);
    expect(rows.filter(({ deliveries }) => deliveries !== 1)).toEqual([]);
    const idsOf = Map.groupBy(messages(), ({ body }) => runOf(body.text));
    const ids = [...idsOf.values()].map(
      (all) => new Set(all.map(({ headers }) => headers['x-nightshift-delivery'])).size,
    );
    expect(ids.filter((count) => count !== 1)).toEqual([]);
    const twice = messages().length - idsOf.size;
    // A server sends four at once at most, and a kill loses the answers to those alone.
    expect(twice).toBeLessThanOrEqual(4 * kills);
    console.log(
      `${database.kind}: ${rows.length} tasks, ${kills} kills, ${twice} sent twice with the same id`,
    );
  });
});

function startServer(config: DatabaseConfig, variables: Record<string, string>): NodeProcess {
  const where = { DATABASE_URL: 'url' in config ? config.url : '' };
  return spawnNode(['tests/fixtures/server/serveNotifying.ts'], { ...where, ...variables });
}

/** Carries out one task after the other that awaits approval then, and notes the runs whose report was taken. */
async function reportUntil(client: Client, acknowledged: Set<string>, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    try {
      const definition = { name: 'night', steps: [{ task: 'asks', approval: 'ALWAYS' as const }] };
      const { hash } = expectType(await client.registerPlan(definition), 'RegisteredPlan');
      expectType(await client.startRun({ definition, runId: `run-${randomUUID()}` }), 'Run');
      const { lease } = expectType(await client.leaseTask({ worker: 'w', planHashes: [hash] }), 'LeaseOffer');
      if (lease === null) continue;
      const report = { ending: 'EXIT' as const, exitCode: 0, durationMs: 1, outputs: {} };
      expectType(await client.finishAttempt({ leaseId: lease.leaseId, ...report }), 'FinishedAttempt');
      acknowledged.add(lease.runId);
    } catch {
      await pause(20);
    }
  }
}

function runOf(text: string): string {
  return /^Task asks awaiting approval: no link, see run (\S+)$/.exec(text)?.[1] ?? text;
}

/** What a process that was killed had claimed is due at once. */
async function makeDue(config: DatabaseConfig): Promise<void> {
  const db = await openDatabase(config);
  await db.query({ text: `UPDATE deliveries SET claimed_until = now() WHERE state = 'pending'` });
  await db.close();
}

/** The runs of all tasks that await approval, as the server knows them. */
async function awaitingAt(url: string): Promise<string[]> {
  const runIds: string[] = [];
  for await (const { runId } of createClient({ url }).walkTasks({ status: ['AWAITING_APPROVAL'] }))
    runIds.push(runId);
  return runIds;
}

/** Every task that awaits approval, whoever heard that it does. */
async function readRows(config: DatabaseConfig): Promise<{ runId: string; deliveries: number }[]> {
  const db = await openDatabase(config);
  try {
    return await db.query<{ runId: string; deliveries: number }>({
      text: `SELECT run_id AS "runId", (SELECT count(*) FROM deliveries WHERE task_id = agents_tasks.id) AS deliveries
        FROM agents_tasks WHERE status = 'awaiting_approval'`,
    });
  } finally {
    await db.close();
  }
}
