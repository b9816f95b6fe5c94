import { beforeEach, expect, it } from 'vitest';
import { messageOf } from '../../../channels/messages/messageOf.ts';
import type { Channel } from '../../../contract/words/notifications.ts';
import { makeDigest } from '../../../domain/notifications/digest.ts';
import { takeDelivery } from '../../../domain/notifications/take.ts';
import { describeOnEither } from '../../support/databases.ts';
import { forgetDeliveryJobs, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

const channels: Channel[] = [{ name: 'slack', recipient: null }];
const steps = [{ task: 'first' }, { task: 'second' }, { task: 'third', needs: ['second'] }];
const morning = new Date('2025-01-15T07:30:00Z');

describeOnEither('What the end of a run tells', (database) => {
  const store = storeOf(database, channels);
  const workers = playWorkers(store);
  beforeEach(async () => {
    await database.truncate();
    await database.db().query({ text: 'TRUNCATE digest_entries, digests' });
    await forgetDeliveryJobs(store);
  });

  /** Carries out a run in which some steps fail, and some open a pull request. */
  async function night(failing: string[], asking: string[] = [], notify?: object) {
    const definition = { name: 'nightly', concurrency: 5, steps, ...(notify && { notify }) };
    const { planHash } = await workers.start(steps, { definition });
    await workers.carryOut(planHash, (task) => ({
      exitCode: failing.includes(task) ? 1 : 0,
      ...(asking.includes(task) ? { outputsUri: `https://github.com/acme/site/pull/${task.length}` } : {}),
    }));
  }
  /** The titles of what is to be sent, which counts as sent from then on. */
  async function told(): Promise<string[]> {
    const titles: string[] = [];
    for (let next = await takeDelivery(store, 60_000); next; next = await takeDelivery(store, 60_000))
      titles.push(messageOf(next, undefined).title.replace(/^[0-9a-f-]{36}/, 'run'));
    return titles;
  }

  it('is its first failure at once, and a summary at its end', async () => {
    await night(['second']);
    expect(await told()).toEqual(['Task second failed', 'run: 1 ok, 1 failed, 1 skipped']);
  });

  it('is a summary with what awaits you, when nothing is left to do', async () => {
    await night([], ['second']);
    expect(await told()).toEqual([
      'Task second awaiting approval',
      'run: 1 ok, 1 needs your approval, 1 waiting',
    ]);
  });

  it('is nothing about a repeated failure until the morning, and its recovery at once', async () => {
    await night(['first']);
    await told();
    await night(['first']);
    expect(await told()).toEqual(['run: 2 ok, 1 failed']);
    await night(['first']);
    await told();
    expect(await makeDigest(store, { time: '08:00', zone: 'UTC' }, morning)).toBe(0);
    const times = await Promise.all(
      [0, 1].map(() => makeDigest(store, { time: '07:00', zone: 'UTC' }, morning)),
    );
    expect(times.sort()).toEqual([0, 2]);
    expect(await told()).toEqual(['Nightshift on 2025-01-15: 3 failures']);
    expect(await makeDigest(store, { time: '07:00', zone: 'UTC' }, morning)).toBe(0);
    await night([]);
    expect(await told()).toEqual(['Task first succeeded again', 'run: 3 ok']);
  });

  it('is kept for the morning of the zone, and the next morning tells as well', async () => {
    await night([], [], { summary: 'digest' });
    expect(await told()).toEqual([]);
    const berlin = { time: '07:00', zone: 'Europe/Berlin' };
    expect(await makeDigest(store, berlin, new Date('2025-01-15T05:59:00Z'))).toBe(0);
    expect(await makeDigest(store, berlin, new Date('2025-01-15T06:00:00Z'))).toBe(1);
    expect(await makeDigest(store, berlin, new Date('2025-01-16T06:00:00Z'))).toBe(0);
    expect(await told()).toHaveLength(2);
  });

  it('is what the plan wants of it, and nothing where it wants nothing', async () => {
    const silent = { failure: 'never', repeat: 'never', recovery: 'never', summary: 'never' };
    await night(['first'], [], silent);
    await night([], [], silent);
    expect(await told()).toEqual([]);
    await night(['first'], [], { summary: 'never' });
    await night(['first'], [], { summary: 'never', repeat: 'now' });
    expect(await told()).toEqual(['Task first failed', 'Task first failed again']);
  });

  it('takes a rejection for a decision, not for a failure', async () => {
    await night([], ['first'], { summary: 'never' });
    await database.db().query({
      text: `UPDATE agents_tasks SET status = 'failed', approval_state = 'rejected' WHERE task = 'first'`,
    });
    await told();
    await night([], [], { summary: 'never' });
    expect(await told()).toEqual([]);
  });
});
