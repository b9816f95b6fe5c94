import { beforeEach, expect, it } from 'vitest';
import { messageOf } from '../../../channels/messages/messageOf.ts';
import type { DigestFacts } from '../../../contract/notifications/facts.ts';
import type { Channel } from '../../../contract/words/notifications.ts';
import { decide, decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { retryRun } from '../../../domain/engine/retry.ts';
import { acknowledgeTask } from '../../../domain/failures/acknowledge.ts';
import { freeze, thaw } from '../../../domain/freeze/freeze.ts';
import { beginDigests, makeDigest } from '../../../domain/notifications/digest.ts';
import { takeDelivery } from '../../../domain/notifications/take.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { failSilent } from '../../../domain/reporting/failSilent.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { createTaskInput } from '../../../domain/tasks/input.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, forgetDeliveryJobs, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

const channels: Channel[] = [{ name: 'slack', recipient: null }];
const morning = { time: '07:00', zone: 'UTC' };

describeOnEither('The digest', (database) => {
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
  const failures = async () => {
    const text = "SELECT id FROM agents_tasks WHERE status = 'failed' ORDER BY id";
    return (await store.db.query<{ id: number }>({ text })).map(({ id }) => id);
  };
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
    expect(titles.at(-1)).toBe('Nightshift on 2025-01-16: nothing ran, nothing to approve');
  });

  it('leaves out what failed and was acknowledged, and says how much that is', async () => {
    const steps = ['a', 'b', 'c'].map((task) => ({ task }));
    const kept = { failure: 'digest', repeat: 'digest', recovery: 'digest', summary: 'digest' };
    const { planHash } = await workers.start(steps, {
      definition: { name: 'nightly', concurrency: 30, steps, notify: kept },
    });
    await workers.carryOut(planHash, (task) => ({ exitCode: task === 'c' ? 0 : 1 }));
    const ids = await failures();
    await acknowledgeTask(store, everything, { id: ids[0] ?? 0, note: null });
    await on(15);
    const [digest] = await digests();
    expect(digest?.title).toBe('Nightshift on 2025-01-15: 1 failure');
    expect(digest?.facts).toMatchObject({
      total: 2,
      counts: { step_failed: 1, run_ended: 1 },
      night: { tasks: { succeeded: 1, failed: 1 }, acknowledged: 1 },
    });
    expect(digest?.facts.entries.map(({ facts }) => facts)).toMatchObject([
      { taskId: ids[1] },
      { counts: { succeeded: 1, failed: 1 }, failed: [{ taskId: ids[1] }] },
    ]);
    await night(['a'], { failing: ['a'] });
    for (const id of await failures()) await acknowledgeTask(store, everything, { id, note: null });
    await on(16);
    expect((await digests()).map(({ title }) => title)).toEqual([
      'Nightshift on 2025-01-16: nothing else is wrong, 1 run: 1 failure acknowledged',
    ]);
  });

  it('says that the server is frozen, also where nothing else is to be said', async () => {
    await freeze(store, everything, { why: 'an incident' });
    await on(15, { onlyWhenNeeded: true });
    await thaw(store, everything);
    await on(16, { onlyWhenNeeded: true });
    const found = await digests();
    expect(found.map(({ title }) => title)).toEqual(['Nightshift on 2025-01-15: frozen']);
    expect(found[0]?.facts.freeze).toMatchObject({ by: everything.id, why: 'an incident' });
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

  /** Lets the time of all open approvals pass. */
  async function letExpire() {
    await database.db().query({ text: `UPDATE approvals SET expires_at = now() - interval '1 second'` });
    await expireApprovals(store);
  }
  const waiting = async () =>
    (
      await database.db().query<{ id: number }>({
        text: `SELECT id FROM agents_tasks WHERE status = 'awaiting_approval' ORDER BY id`,
      })
    ).map(({ id }) => id);
  const titles = async () =>
    (await digests()).map(({ title }) => title.replace(/^Nightshift on 2025-01-/, ''));

  it('calls a rejection no failure, in the night of its command and after it', async () => {
    await night(['a', 'b'], { asking: ['a'] });
    for (const id of await waiting()) await decideTask(store, everything, id, 'reject', {});
    await on(15);
    await night(['a', 'b'], { asking: ['a', 'b'] });
    await on(16);
    for (const id of await waiting()) await decideTask(store, everything, id, 'reject', {});
    await on(17);
    const found = await digests();
    expect(found.map(({ title }) => title)).toEqual([
      'Nightshift on 2025-01-15: all is well, 1 run: 1 ok, 1 rejected',
      'Nightshift on 2025-01-16: 2 approvals waiting',
      'Nightshift on 2025-01-17: nothing ran, nothing to approve',
    ]);
    expect(found.at(-1)?.facts.night).toMatchObject({ runs: 0, tasks: {}, rejected: 2, expired: 0 });
  });

  it('tells of an approval that expired since the last one, whenever its command ended, and once', async () => {
    await night(['c'], { asking: ['c'] });
    await on(15);
    await letExpire();
    await on(16);
    await on(17);
    expect(await titles()).toEqual([
      '15: 1 approval waiting',
      '16: 1 approval expired',
      '17: nothing ran, nothing to approve',
    ]);
  });

  it('counts what expired apart from what failed, and not what waits again since', async () => {
    const runId = await night(['c', 'd'], { asking: ['c'], failing: ['d'] });
    await letExpire();
    await on(15);
    await retryRun(store, everything, { runId, mode: 'failed' });
    await on(16);
    expect(await titles()).toEqual([
      '15: 1 failure, 1 approval expired',
      '16: nothing ran, nothing to approve',
    ]);
  });

  it('says what was cancelled, and what that skipped, as no failure', async () => {
    await night(['a'], { asking: ['a'] });
    for (const id of await waiting()) await decideTask(store, everything, id, 'cancel', {});
    await on(15);
    expect(await titles()).toEqual(['15: all is well, 1 run: 1 skipped']);
  });

  it('counts what reporters tell later than it ended, or without its end, once it is told', async () => {
    const report = (more: object) =>
      createTask(
        store,
        everything,
        createTaskInput.parse({ task: 'seo', runId: 'outside', status: 'failed', ...more }),
      );
    await on(15);
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    await report({ startedAt: ago(9), finishedAt: ago(8) });
    await report({});
    await report({ startedAt: ago(24 * 300), finishedAt: ago(24 * 299) });
    await on(16);
    await on(17);
    expect(await titles()).toEqual([
      '15: nothing ran, nothing to approve',
      '16: 2 failures',
      '17: nothing ran, nothing to approve',
    ]);
  });

  it('tells what became of a task that silence had failed', async () => {
    const silent = createTaskInput.parse({ task: 'seo', runId: 'outside', status: 'running' });
    const { task } = await createTask(store, everything, silent);
    await failSilent(store, 0);
    await on(15);
    const finishedAt = new Date(Date.now() - 60_000).toISOString();
    await updateTask(store, everything, task.id, { status: 'succeeded', finishedAt });
    await on(16);
    await on(17);
    expect(await titles()).toEqual([
      '15: 1 failure',
      '16: all is well, 1 run: 1 ok',
      '17: nothing ran, nothing to approve',
    ]);
  });

  it('takes back what expired when a merge within its time is heard before it', async () => {
    await night(['c'], { asking: ['c'] });
    const mergedAt = new Date(Date.now() - 60_000).toISOString();
    await database.db().query({
      text: `UPDATE approvals SET expires_at = now() - interval '1 second', requested_at = requested_at - interval '1 hour'`,
    });
    await expireApprovals(store);
    const [approval] = await database.db().query<{ id: number; taskId: number }>({
      text: 'SELECT id, task_id AS "taskId" FROM approvals',
    });
    await decide(store, {
      id: approval?.taskId ?? 0,
      approvalId: approval?.id,
      action: 'approve',
      via: 'github',
      by: everything,
      madeAt: mergedAt,
      note: null,
    } as const);
    await on(15);
    expect(await titles()).toEqual(['15: all is well, 1 run: 1 ok']);
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
