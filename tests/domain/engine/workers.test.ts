import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import type { WorkerState } from '../../../contract/words/workers.ts';
import { drainWorker } from '../../../domain/engine/drainWorker.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { leaseTask } from '../../../domain/engine/lease.ts';
import { leaseTaskInput } from '../../../domain/engine/leaseTypes.ts';
import { readOfferedPlans, readRunning } from '../../../domain/engine/workerDetails.ts';
import { forgetLooks } from '../../../domain/engine/workerLooks.ts';
import { countWorkers, readWorkerPage } from '../../../domain/engine/workers.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

const minuteMs = 60_000;
const about = { version: '0.1.0', protocol: 3, node: '24.1.0', platform: 'linux x64', concurrency: 2 };

describeOnBoth('Workers', (database) => {
  // So long that no slow machine comes near a third of it.
  const store = Object.assign(storeOf(database), { leaseMs: 30 * minuteMs });
  const { start, ask, leased, finish } = playWorkers(store);
  beforeEach(() => database.truncate());

  const list = async (states?: WorkerState[], page: object = {}) =>
    (await readWorkerPage(store, { states }, page)).edges.map(({ node }) => node);
  const states = async () => (await list()).map(({ worker, state }) => `${worker} ${state}`);
  const pass = async (minutes: number) => {
    for (const column of [
      'worker_looks.seen_at',
      'worker_looks.up_since',
      'task_attempts.started_at',
      'task_attempts.lease_expires_at',
      'worker_drains.requested_at',
    ]) {
      const [table, name] = column.split('.');
      await store.db.query({
        text: `UPDATE ${table} SET ${name} = ${name} - $1 * interval '1 minute'`,
        values: [minutes],
      });
    }
  };

  it('are listed with what they say of themselves, idle ones too', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['gpu'] }]);
    await ask(planHash, { worker: 'old' });
    await ask(planHash, { worker: 'w1', labels: ['linux', 'arm'], about, upMs: 10 * minuteMs });
    expect(await list()).toMatchObject([
      { worker: 'old', state: 'idle', about: null, labels: [], running: 0 },
      { worker: 'w1', state: 'idle', about, labels: ['arm', 'linux'], running: 0 },
    ]);
    const offered = await readOfferedPlans(
      store.db,
      (await list()).map(({ scopes }) => scopes),
    );
    const plan = { hash: planHash, project: '', name: 'night' };
    expect(offered).toMatchObject([[plan], [plan]]);
  });

  it('are listed with what they run', async () => {
    const { planHash } = await start([{ task: 'a' }, { task: 'b' }, { task: 'c' }]);
    const first = await leased(planHash);
    const second = await leased(planHash);
    await ask(planHash, { worker: 'w2' });
    expect((await list()).map(({ worker, state, running }) => [worker, state, running])).toEqual([
      ['w1', 'busy', 2],
      ['w2', 'busy', 1],
    ]);
    const [ofW1, ofNobody] = await readRunning(store.db, ['w1', 'nobody']);
    expect(ofW1?.map(({ taskId }) => taskId).sort()).toEqual([first.taskId, second.taskId].sort());
    expect(ofNobody).toEqual([]);
    await finish(first);
    await finish(second);
    expect(await states()).toEqual(['w1 idle', 'w2 busy']);
  });

  it('are known by their attempts where they run an exclusive run', async () => {
    const { runId } = await start([{ task: 'a' }], { exclusive: true });
    await leaseTask(store, leaseTaskInput.parse({ worker: 'own', requestId: randomUUID(), runIds: [runId] }));
    expect(await list()).toMatchObject([{ worker: 'own', state: 'busy', about: null, scopes: [] }]);
  });

  it('drain, are gone four times a lease after they were last heard of, and are forgotten after a day', async () => {
    const { planHash } = await start([{ task: 'a' }]);
    const lease = await leased(planHash);
    await ask(planHash, { worker: 'w2', upMs: minuteMs });
    await drainWorker(store, everything, { worker: 'w2' });
    expect(await states()).toEqual(['w1 busy', 'w2 draining']);
    // One that starts later under the same name is not meant.
    await pass(25);
    await ask(planHash, { worker: 'w2', upMs: 0 });
    expect(await states()).toEqual(['w1 busy', 'w2 idle']);
    await pass(4);
    await extendLease(store, lease.leaseId);
    await pass(121);
    expect(await states()).toEqual(['w1 gone', 'w2 gone']);
    expect(await list(['idle', 'busy'])).toEqual([]);
    await store.db.query({
      text: 'UPDATE task_attempts SET finished_at = now(), ended_by = $1',
      values: ['lost'],
    });
    await pass(24 * 60);
    await forgetLooks(store.db);
    expect(await states()).toEqual([]);
  });

  it('are described by their newest process and by what they ask for now', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['gpu'] }]);
    const other = (await start([{ task: 'b', labels: ['gpu'] }])).planHash;
    await ask(planHash, { labels: ['old'], about: { ...about, version: '0.0.9' }, upMs: minuteMs });
    await pass(25);
    await ask(other, { labels: ['new'], about });
    expect(await list()).toMatchObject([{ labels: ['new'], about: { version: '0.1.0' } }]);
    // What is told again replaces what was told before, also where it is nothing.
    await pass(15);
    await ask(other, { labels: ['new'] });
    expect(await list()).toMatchObject([{ labels: ['new'], about: null }]);
  });

  it('are read page by page in either direction, and counted', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['gpu'] }]);
    for (const worker of ['b', 'A', 'c', 'ä']) await ask(planHash, { worker });
    const names = (page: object) => list(undefined, page).then((all) => all.map(({ worker }) => worker));
    expect(await names({})).toEqual(['A', 'b', 'c', 'ä']);
    const first = await readWorkerPage(store, {}, { first: 2 });
    expect(await first.hasNextPage()).toBe(true);
    const after = first.edges[1]?.cursor;
    expect(await names({ first: 2, after })).toEqual(['c', 'ä']);
    expect(await names({ last: 1, before: after })).toEqual(['A']);
    expect(await countWorkers(store, { states: ['idle'] }, 3)).toBe(3);
  });

  it('cost a lease no statement more for what they say, and are written no oftener', async () => {
    const { planHash } = await start([{ task: 'a' }, { task: 'b' }, { task: 'c' }, { task: 'd' }]);
    const statements = async (more: object) => {
      const before = store.db.statements();
      await ask(planHash, { worker: 'w1', ...more });
      return store.db.statements() - before;
    };
    const version = () => store.db.query({ text: 'SELECT xmin::text FROM worker_looks' });
    await ask(planHash, { about });
    const silent = await statements({});
    const noted = await version();
    expect(await statements({ about: { ...about, concurrency: 3 } })).toBe(silent);
    expect(await version()).toEqual(noted);
  });

  it('tell no more than fits', () => {
    const given = { worker: 'w', requestId: randomUUID(), runIds: ['r'] };
    for (const wrong of [
      { version: 'x'.repeat(65) },
      { platform: 'a\nb' },
      { node: '' },
      { protocol: -1 },
      { concurrency: 0 },
    ])
      expect(leaseTaskInput.safeParse({ ...given, about: wrong }).success).toBe(false);
    expect(leaseTaskInput.parse({ ...given, about: { version: null, more: 'x' } }).about).toEqual({
      version: null,
    });
  });
});
