import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { createLog } from '../../../server/log.ts';
import { emitEvents } from '../../../server/metrics/emitter.ts';
import { playWorkers } from '../../domain/engine/support.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';

type Event = Record<string, unknown>;

/** A collector that answers as it is told and keeps what came. */
async function collector(answer: (response: ServerResponse) => void = (response) => response.end()) {
  const events: Event[] = [];
  const keys = new Set<unknown>();
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks = await request.toArray();
    events.push(JSON.parse(Buffer.concat(chunks).toString()));
    keys.add(request.headers['x-metrics-key']);
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { events, keys, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics` };
}

describeOnEither('The collector at METRICS_URL', (database) => {
  const store = storeOf(database);
  const logged: string[] = [];
  const log = createLog('warn', { write: (line) => logged.push(line) });
  const emit = (url: string) => {
    const emitter = emitEvents(store.changes, { url, key: 'sesame' }, { log });
    onTestFinished(() => emitter.stop());
  };

  it('hears of the tasks of a run, of those that wait for a human, and of what was decided', async () => {
    const { events, keys, url } = await collector();
    emit(url);
    const definition = planDefinition.parse({
      name: 'nightly',
      concurrency: 4,
      steps: ['asks', 'asks.too', 'is.never.asked', 'waits', 'is.late'].map((task) => ({
        task,
        approval: task === 'is.never.asked' ? 'never' : 'auto',
      })),
    });
    const run = await startRun(store, everything, { definition });
    const workers = playWorkers(store);
    for (let left = 4; left > 0; left--) {
      const lease = await workers.leased(run.planHash);
      await workers.finish(lease, { outputsUri: 'https://github.com/acme/site/pull/7' });
    }
    const id = (task: string) => run.tasks.find((one) => one.task === task)?.id ?? 0;
    await decideTask(store, viewerNamed('ada'), id('asks'), 'approve');
    await decideTask(store, viewerNamed('ada'), id('asks.too'), 'reject');
    await decideTask(store, viewerNamed('ada'), id('is.late'), 'cancel');
    await store.db.query({
      text: `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE ended_at IS NULL`,
    });
    await expireApprovals(store);
    const names = (task: string) => events.filter((event) => event.task === task).map(({ event }) => event);
    await eventually(() => expect(events).toHaveLength(5 + 4 + 4 + 3 + 1 + 4));
    const began = ['agent.task_created', 'agent.task_started', 'agent.task_finished'];
    expect(new Set(names('asks'))).toEqual(
      new Set([...began, 'agent.awaiting_approval', 'agent.task_approved']),
    );
    expect(new Set(names('asks.too'))).toEqual(
      new Set([...began, 'agent.awaiting_approval', 'agent.task_rejected']),
    );
    expect(new Set(names('is.never.asked'))).toEqual(new Set([...began, 'agent.auto_approved']));
    expect(new Set(names('waits'))).toEqual(
      new Set([...began, 'agent.awaiting_approval', 'agent.task_rejected']),
    );
    expect(new Set(names('is.late'))).toEqual(new Set(['agent.task_created', 'agent.task_cancelled']));
    expect(events.find(({ task, event }) => task === 'asks' && event === 'agent.task_finished')).toEqual({
      ts: expect.stringMatching(/^\d{4}-.*Z$/),
      event: 'agent.task_finished',
      source: 'orchestrator',
      task: 'asks',
      run_id: run.runId,
      id: id('asks'),
      status: 'awaiting_approval',
      approval_state: 'pending',
      duration_ms: expect.anything(),
      outputs_uri: 'https://github.com/acme/site/pull/7',
    });
    expect(keys).toEqual(new Set(['sesame']));
  });

  it('is in nobody’s way while it does not answer, and what it refuses is told once, without its address', async () => {
    const held: ServerResponse[] = [];
    const { events, url } = await collector((response) => held.push(response));
    emit(url);
    const input = { task: 'seo.validate', runId: 'r', status: 'running' as const };
    for (let number = 0; number < 12; number++) await createTask(store, everything, input);
    await eventually(() => expect(held).toHaveLength(4));
    expect(events).toHaveLength(4);
    for (let told = 0; told < 12; told = events.length) {
      for (const response of held.splice(0)) response.writeHead(503).end();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const response of held.splice(0)) response.writeHead(503).end();
    await eventually(() => expect(logged).toHaveLength(1));
    expect(logged[0]).toContain('503');
    expect(logged[0]).not.toContain('/metrics');
    logged.length = 0;
  });
});
