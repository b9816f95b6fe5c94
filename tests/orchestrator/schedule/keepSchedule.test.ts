import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../client/index.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { keepSchedule } from '../../../orchestrator/schedule/keepSchedule.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('Keeping a schedule', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const planOf = (schedule: string | undefined, name = 'often') =>
    readPlan({ name, schedule, steps: [{ task: 'a', cmd: ['true'] }] }, '/x/often.plan.ts', 'often');

  it('starts runs on a real server, each due time once however many keep it, until it is stopped', async () => {
    const keeping = {
      client: server.client,
      load: async () => planOf('* * * * * *'),
      secretsOf: () => [],
      log: () => undefined,
    };
    const keepers = await Promise.all([1, 2, 3].map(() => keepSchedule(planOf('* * * * * *'), keeping)));
    const read = () => server.client.scheduledRuns({ plan: 'often', first: 200 });
    await expect.poll(async () => (await read()).length).toBeGreaterThanOrEqual(3);
    await Promise.all(keepers.map(({ stop }) => stop()));
    // What they had asked for by then the server may still record.
    const growth = async () => {
      const before = (await read()).length;
      await new Promise((later) => setTimeout(later, 1500));
      return (await read()).length - before;
    };
    await expect.poll(growth).toBe(0);
    const scheduledRuns = await read();
    expect(new Set(scheduledRuns.map(({ dueAt }) => dueAt)).size).toBe(scheduledRuns.length);
    // No worker takes its task, so that the first run stays under way.
    expect(scheduledRuns.filter(({ outcome }) => outcome === 'STARTED')).toHaveLength(1);
  });

  it('stops in the middle of a look, without waiting for its answer', async () => {
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const stuck = (signal: AbortSignal | undefined) =>
      new Promise<never>((_resolve, reject) => {
        asked();
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const said: string[] = [];
    let isFirst = true;
    const settled = {
      __typename: 'SettledDue' as const,
      scheduledRuns: [],
      beganBeside: [],
      now: new Date().toISOString(),
    };
    const client: Pick<Client, 'settleDue' | 'scheduledRuns'> = {
      scheduledRuns: async () => [],
      settleDue: (_input, { signal } = {}) => {
        if (!isFirst) return stuck(signal);
        isFirst = false;
        return Promise.resolve(settled);
      },
    };
    const plan = planOf('* * * * * *');
    const keeping = {
      client,
      load: async () => plan,
      secretsOf: () => [],
      log: (text: string) => said.push(text),
    };
    const keeper = await keepSchedule(plan, keeping);
    await wasAsked;
    await keeper.stop();
    expect(said).toEqual([]);
  });

  it('begins when a plan without a schedule gets one', async () => {
    let schedule: string | undefined;
    // By its clock the next minute is near, when it looks at the file again.
    const ahead = 60_000 - (Date.now() % 60_000) - 500;
    const keeper = await keepSchedule(planOf(undefined, 'later'), {
      client: server.client,
      load: async () => planOf(schedule, 'later'),
      secretsOf: () => [],
      log: () => undefined,
      now: () => new Date(Date.now() + ahead),
    });
    schedule = '* * * * * *';
    await expect
      .poll(async () => (await server.client.scheduledRuns({ plan: 'later' })).length)
      .toBeGreaterThanOrEqual(1);
    await keeper.stop();
  });
});
