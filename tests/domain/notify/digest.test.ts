import { beforeEach, expect, it } from 'vitest';
import type { Channel } from '../../../domain/notify/channel.ts';
import { beginDigests, type DigestFacts, makeDigest } from '../../../domain/notify/digest.ts';
import { takeDelivery } from '../../../domain/notify/take.ts';
import { messageOf } from '../../../server/delivery/messages/message.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { forgetDeliveryJobs, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

const channels: Channel[] = [{ name: 'slack', recipient: null }];
const morning = { time: '07:00', zone: 'UTC' };

describeOnBoth('The digest', (database) => {
  const store = storeOf(database, channels);
  const workers = playWorkers(store);
  beforeEach(async () => {
    await database.truncate();
    await database.db().query({ text: 'TRUNCATE digest_entries, digests' });
    await forgetDeliveryJobs(store);
  });

  /** Runs these steps; those in `asking` open a pull request. */
  async function night(tasks: string[], { failing = [] as string[], asking = [] as string[] } = {}) {
    const steps = tasks.map((task) => ({ task }));
    const quiet = { failure: 'never', repeat: 'never', recovery: 'never', summary: 'never' };
    const definition = { name: 'nightly', concurrency: 30, steps, notify: quiet };
    const { planHash, runId } = await workers.start(steps, { definition });
    await workers.carryOut(planHash, (task) => ({
      exitCode: failing.includes(task) ? 1 : 0,
      ...(asking.includes(task) ? { outputsUri: `https://github.com/acme/site/pull/${task.length}` } : {}),
    }));
    return runId;
  }
  async function digests() {
    const found: { title: string; facts: DigestFacts }[] = [];
    for (let next = await takeDelivery(store, 60_000); next; next = await takeDelivery(store, 60_000))
      if (next.kind === 'digest')
        found.push({ title: messageOf(next, undefined).title, facts: next.payload as DigestFacts });
    return found;
  }
  const on = (day: number, more: object = {}) =>
    makeDigest(store, { ...morning, ...more }, new Date(`2025-01-${day}T07:30:00Z`));

  it('comes after a good night as well, and says what the night was', async () => {
    await night(['a', 'b']);
    await on(15);
    await on(15);
    expect((await digests()).map(({ title }) => title)).toEqual([
      'Nightshift on 2025-01-15: all is well, 1 run: 2 ok',
    ]);
  });

  it('says that nothing ran, since the last digest', async () => {
    await night(['a']);
    await on(15);
    await on(16);
    const titles = (await digests()).map(({ title }) => title);
    expect(titles.at(-1)).toBe('Nightshift on 2025-01-16: nothing ran, nothing waits');
  });

  it('comes only where something was kept or waits, if that is wanted', async () => {
    const onlyWhenNeeded = { onlyWhenNeeded: true };
    await night(['a']);
    await on(15, onlyWhenNeeded);
    expect(await digests()).toEqual([]);
    await night(['a'], { asking: ['a'] });
    await on(16, onlyWhenNeeded);
    expect((await digests()).map(({ title }) => title)).toEqual([
      'Nightshift on 2025-01-16: 1 approval waiting',
    ]);
  });

  it('does not call a night good whose failure was told at once or not at all', async () => {
    await night(['a', 'b'], { failing: ['a'] });
    await on(15);
    expect((await digests())[0]?.title).toBe('Nightshift on 2025-01-15: 1 failure');
  });

  it('names what waits, the longest first and at most twenty, and counts all', async () => {
    const tasks = Array.from({ length: 23 }, (_, at) => `t${at}`);
    const runId = await night(tasks, { asking: tasks });
    await on(15);
    const [digest] = await digests();
    expect(digest?.title).toBe('Nightshift on 2025-01-15: 23 approvals waiting');
    expect(digest?.facts.waiting).toHaveLength(20);
    expect(digest?.facts.waiting?.[0]).toMatchObject({
      runId,
      requestedAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
    });
    const [first] = digest?.facts.waiting ?? [];
    const { rows } = {
      rows: await database.db().query<{ id: number }>({
        text: 'SELECT id FROM approvals ORDER BY requested_at, id LIMIT 1',
      }),
    };
    expect(first?.approvalId).toBe(rows[0]?.id);
  });

  it('does not come on the day of the first start when its time has passed, but on the next morning', async () => {
    await beginDigests(store, morning, new Date('2025-01-15T15:00:00Z'));
    await makeDigest(store, morning, new Date('2025-01-15T15:00:10Z'));
    expect(await digests()).toEqual([]);
    await on(16);
    expect(await digests()).toHaveLength(1);
  });

  it('comes on the day of the first start when its time lies ahead, and after every later start', async () => {
    await beginDigests(store, morning, new Date('2025-01-15T06:00:00Z'));
    await on(15);
    expect(await digests()).toHaveLength(1);
    await beginDigests(store, morning, new Date('2025-01-17T15:00:00Z'));
    await makeDigest(store, morning, new Date('2025-01-17T15:00:10Z'));
    expect(await digests()).toHaveLength(1);
  });
});
