import { beforeEach, expect, it } from 'vitest';
import type { ClaimedDelivery, SendOutcome } from '../../../contract/notifications/delivery.ts';
import type { Channel } from '../../../contract/words/notifications.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { remindOfApprovals, tellForgotten } from '../../../domain/approvals/remind.ts';
import { retryTask } from '../../../domain/engine/retry.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import { nextDeliveryIn, recoverDeliveries } from '../../../domain/notifications/recover.ts';
import { redeliver } from '../../../domain/notifications/redeliver.ts';
import { settleDelivery } from '../../../domain/notifications/settle.ts';
import { takeDelivery } from '../../../domain/notifications/take.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { settleAction, takeActions } from '../../../domain/pulls/actions.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { deliveryQueueOf, deliveryQueues } from '../../../domain/queue/deliveryQueues.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, forgetDeliveryJobs, storeOf, viewerNamed } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';
import { facts } from '../pulls/support.ts';

const channels: Channel[] = [
  { name: 'slack', recipient: null },
  { name: 'smtp', recipient: 'ann@example.org' },
];
const accepted: SendOutcome = { accepted: true, statusCode: 200 };
const away: SendOutcome = { accepted: false, error: 'could not be reached', final: false };

describeOnBoth('The outbox', (database) => {
  const store = storeOf(database, channels);
  const silent = storeOf(database);
  beforeEach(async () => {
    await database.truncate();
    await forgetDeliveryJobs(store);
  });

  /** A task of a run that awaits approval. */
  async function awaiting(policy: Partial<ApprovalPolicy> = {}, of = store): Promise<number> {
    const definition = planDefinition.parse({
      name: 'nightly',
      steps: [{ task: 'make', approval: 'always', policy }],
    });
    const run = await startRun(of, everything, { definition });
    const workers = playWorkers(of);
    await workers.finish(await workers.leased(run.planHash), {
      outputsUri: 'https://github.com/acme/site/pull/7',
      logExcerpt: 'the log',
    });
    return run.tasks[0]?.id ?? 0;
  }
  const reported = async (status: 'running' | 'awaiting_approval') =>
    (await createTask(store, everything, { task: 'seo.validate', runId: 'outside', status })).task.id;
  const rows = (columns = 'kind, channel, recipient, state') =>
    database.db().query<Record<string, unknown>>({
      text: `SELECT ${columns} FROM deliveries ORDER BY created_at, kind, channel`,
    });
  /** Lets time pass for what waits. */
  async function pass(seconds: number) {
    await database.db().query({
      text: `UPDATE deliveries SET due_at = due_at - $1 * interval '1 second',
        claimed_until = claimed_until - $1 * interval '1 second' WHERE state = 'pending'`,
      values: [seconds],
    });
    await recoverDeliveries(store);
  }
  async function take(claimMs = 30_000): Promise<ClaimedDelivery> {
    const delivery = await takeDelivery(store, claimMs);
    if (delivery) return delivery;
    throw new Error('Nothing was there to send.');
  }

  it('holds one delivery for each channel as soon as a task awaits approval, and none for any other end', async () => {
    const id = await awaiting();
    expect(await rows()).toEqual([
      { kind: 'approval_needed', channel: 'slack', recipient: null, state: 'pending' },
      { kind: 'approval_needed', channel: 'smtp', recipient: 'ann@example.org', state: 'pending' },
    ]);
    const first = await take();
    expect(first).toMatchObject({
      taskId: id,
      number: 1,
      tries: 1,
      outputsUri: 'https://github.com/acme/site/pull/7',
      logExcerpt: 'the log',
      payload: {
        task: 'make',
        plan: 'nightly',
        required: 1,
        approvers: [],
        pullRequest: { owner: 'acme', repo: 'site', number: 7, headSha: null },
      },
    });
    expect((await take()).channel).not.toBe(first.channel);
    expect(await takeDelivery(store, 1000)).toBeUndefined();
  });

  it('holds nothing where there is no channel, at no cost', async () => {
    for (const of of [silent, store]) await awaiting({}, of);
    const counts: number[] = [];
    for (const of of [silent, store, silent]) {
      // What the queue does by itself may fall into one of them.
      const tries: number[] = [];
      for (let time = 0; time < 3; time += 1) {
        const before = database.db().statements();
        await awaiting({}, of);
        tries.push(database.db().statements() - before);
      }
      counts.push(Math.min(...tries));
    }
    expect(counts[0]).toBe(counts[2]);
    // The approval, its deliveries and their jobs on each channel; whether the step failed before, and whether its run is over.
    expect(counts[1]).toBe((counts[0] ?? 0) + 4 + channels.length);
    expect(await rows()).toHaveLength(4 * channels.length);
  });

  it('has nothing of a change that was rolled back', async () => {
    const queue = await store.queue();
    await expect(
      store.db.transaction(async (tx) => {
        await createTask({ ...store, db: { ...store.db, transaction: (work) => work(tx) } }, everything, {
          task: 'a',
          runId: 'r',
          status: 'awaiting_approval',
        });
        expect(await tx.query({ text: 'SELECT 1 FROM deliveries' })).toHaveLength(2);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await rows()).toEqual([]);
    for (const name of deliveryQueues)
      expect(await store.db.transaction((tx) => queue.take(tx, name))).toBeUndefined();
  });

  it('leaves ten minutes to outside reporters, who may tell of their tasks themselves', async () => {
    const [told, silentOne] = [await reported('awaiting_approval'), await reported('running')];
    await updateTask(store, everything, silentOne, { status: 'awaiting_approval' });
    await updateTask(store, everything, silentOne, { status: 'awaiting_approval', logExcerpt: 'again' });
    expect(await rows()).toHaveLength(4);
    expect(await nextDeliveryIn(store.db)).toBeGreaterThan(590_000);
    expect(await takeDelivery(store, 1000)).toBeUndefined();
    await updateTask(store, everything, told, { webhookNotifiedAt: '2025-01-15T02:30:00Z' });
    await pass(606);
    expect([(await take()).taskId, (await take()).taskId]).toEqual([silentOne, silentOne]);
    expect(await takeDelivery(store, 1000)).toBeUndefined();
    const cancelled = await rows('task_id, state, error');
    expect(cancelled.filter(({ task_id }) => task_id === told)).toEqual(
      [1, 2].map(() => ({
        task_id: told,
        state: 'cancelled',
        error: 'not sent: its reporter has told of it',
      })),
    );
  });

  it('does not send what was decided meanwhile', async () => {
    const id = await awaiting();
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    expect(await takeDelivery(store, 1000)).toBeUndefined();
    expect(await rows('state, error')).toEqual(
      channels.map(() => ({ state: 'cancelled', error: 'not sent: the approval had ended (approved)' })),
    );
  });

  it('gives a delivery to one of many who ask at once', async () => {
    await awaiting();
    const taken = await Promise.all(Array.from({ length: 12 }, () => takeDelivery(store, 30_000)));
    const ids = taken.flatMap((one) => one?.id ?? []);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });

  it('tries again after 10 s, 1 m, 10 m, 1 h and 6 h, and then no more', async () => {
    await awaiting();
    await settleDelivery(store, await take(), accepted);
    const pauses: number[] = [];
    for (let number = 1; number <= 6; number += 1) {
      const delivery = await take();
      expect(delivery).toMatchObject({ number, tries: number });
      const state = await settleDelivery(store, delivery, away);
      if (state === 'failed') break;
      const pause = Math.round(((await nextDeliveryIn(store.db)) ?? 0) / 1000);
      pauses.push(pause);
      await pass(pause + 6);
    }
    expect(pauses).toEqual([10, 60, 600, 3600, 21_600]);
    expect(await rows('state, tries, error')).toContainEqual({
      state: 'failed',
      tries: 6,
      error: 'could not be reached',
    });
    expect(await nextDeliveryIn(store.db)).toBeNull();
    expect(await database.db().query({ text: 'SELECT 1 FROM delivery_tries' })).toHaveLength(7);
  });

  it('waits as long as the receiver asks, a day at most, and not at all after a final refusal', async () => {
    await awaiting();
    const first = await take();
    await settleDelivery(store, first, { ...away, retryAfterMs: 90_500 });
    expect(Math.round(((await nextDeliveryIn(store.db)) ?? 0) / 1000)).toBeLessThanOrEqual(0);
    await settleDelivery(store, await take(), { ...away, final: true, statusCode: 404 });
    expect(Math.round(((await nextDeliveryIn(store.db)) ?? 0) / 1000)).toBe(91);
    await pass(97);
    await settleDelivery(store, await take(), { ...away, retryAfterMs: 1e12 });
    expect(Math.round(((await nextDeliveryIn(store.db)) ?? 0) / 1000)).toBe(86_400);
    expect(await rows('state')).toContainEqual({ state: 'failed' });
  });

  it('gives what a process left half sent to another one, whose word alone counts then', async () => {
    await awaiting();
    await settleDelivery(store, await take(), accepted);
    const dead = await take(5000);
    expect(await recoverDeliveries(store)).toBe(0);
    await pass(6);
    const next = await take();
    expect(next).toMatchObject({ id: dead.id, number: 2 });
    expect(await settleDelivery(store, dead, { ...away, final: true })).toBeUndefined();
    expect(await settleDelivery(store, next, accepted)).toBe('delivered');
    expect(await rows('state')).toEqual([{ state: 'delivered' }, { state: 'delivered' }]);
  });

  it('finds what has lost its job', async () => {
    await awaiting();
    const queue = await store.queue();
    for (const name of channels.map(({ name }) => deliveryQueueOf(name)))
      await store.db.transaction(async (tx) => {
        const job = await queue.take(tx, name);
        await queue.settle(tx, name, job?.jobId ?? '');
      });
    expect(await takeDelivery(store, 1000)).toBeUndefined();
    await pass(6);
    expect(await takeDelivery(store, 1000)).toBeDefined();
  });

  it('tells on the task since when all channels know, and what failed last', async () => {
    const id = await awaiting();
    const [one, other] = [await take(), await take()];
    await settleDelivery(store, one, { ...away, error: 'answered 503' });
    await settleDelivery(store, other, accepted);
    expect(await readTask(store.db, id)).toMatchObject({
      webhookNotifiedAt: null,
      webhookError: `${one.channel}: answered 503`,
    });
    await pass(16);
    await settleDelivery(store, await take(), accepted);
    expect(await readTask(store.db, id)).toMatchObject({
      webhookNotifiedAt: expect.stringMatching(/Z$/),
      webhookError: null,
    });
  });

  it('knows that all were told when two channels answer at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await awaiting();
      const both = [await take(), await take()];
      await Promise.all(both.map((one) => settleDelivery(store, one, accepted)));
      expect((await readTask(store.db, id)).webhookNotifiedAt).not.toBeNull();
    }
  });

  it('sends again what somebody asks for, with the same id and all tries, but not of an approval that has ended', async () => {
    const id = await awaiting();
    const first = await take();
    await settleDelivery(store, first, { ...away, final: true });
    await expect(redeliver(silent, everything, first.id)).rejects.toThrow('has no notification channel');
    const twin = `${first.id.slice(0, -1)}${first.id.endsWith('0') ? '1' : '0'}`;
    await store.db.query({
      text: `INSERT INTO deliveries SELECT (jsonb_populate_record(deliveries, jsonb_build_object('id', $2::text))).*
        FROM deliveries WHERE id = $1`,
      values: [first.id, twin],
    });
    await expect(redeliver(store, everything, first.id.slice(0, 8))).rejects.toThrow(
      'several ids start like this',
    );
    await store.db.query({ text: 'DELETE FROM deliveries WHERE id = $1', values: [twin] });
    const again = await redeliver(store, everything, first.id.slice(0, 8));
    expect(again).toMatchObject({ id: first.id, state: 'pending' });
    const taken = [await take(), await take()];
    expect(taken.find((one) => one.id === first.id)).toMatchObject({ number: 2, tries: 1 });
    await expect(redeliver(store, everything, first.id)).rejects.toThrow('is being sent now');
    await decideTask(store, viewerNamed('ada'), id, 'reject');
    await expect(redeliver(store, everything, first.id)).rejects.toThrow('has already ended (rejected)');
    await expect(redeliver(store, everything, '00000000-0000-4000-8000-000000000000')).rejects.toThrow(
      'does not exist',
    );
  });

  it('reminds once for each part of the time that has passed, however many look', async () => {
    const id = await awaiting({ expiresAfterMs: 100_000, remind: [0.5, 0.9] });
    const elapsed = (seconds: number) =>
      database.db().query({
        text: `UPDATE approvals SET expires_at = now() + (100 - $2) * interval '1 second' WHERE task_id = $1`,
        values: [id, seconds],
      });
    const reminders = async () => {
      await Promise.all([1, 2, 3].map(() => remindOfApprovals(store)));
      return (await rows('kind')).filter(({ kind }) => kind === 'approval_reminder').length / channels.length;
    };
    expect(await reminders()).toBe(0);
    await elapsed(51);
    expect(await remindOfApprovals(silent)).toBe(0);
    expect(await reminders()).toBe(1);
    await elapsed(89);
    expect(await reminders()).toBe(1);
    await elapsed(91);
    expect(await reminders()).toBe(2);
    expect(await reminders()).toBe(2);
  });

  it('tells of what began to wait while nobody could be told, once, and of nothing that was told elsewhere', async () => {
    const [id, told] = [await awaiting({}, silent), await awaiting({}, silent)];
    await updateTask(silent, everything, told, { webhookNotifiedAt: '2025-01-15T02:30:00Z' });
    expect(await tellForgotten(store)).toBe(0);
    await database.db().query({ text: `UPDATE approvals SET requested_at = now() - interval '11 minutes'` });
    expect(await tellForgotten(silent)).toBe(0);
    await Promise.all([1, 2, 3].map(() => tellForgotten(store)));
    expect(await rows('task_id, kind')).toEqual(
      channels.map(() => ({ task_id: id, kind: 'approval_needed' })),
    );
    expect(await tellForgotten(store)).toBe(0);
    expect((await take()).taskId).toBe(id);
  });

  it('tells again when a push voids the votes', async () => {
    await awaiting();
    const heard = (headSha: string, minute: number) =>
      applyPull(store, new Map(), {
        ...facts({ owner: 'acme', repo: 'site', headSha }),
        updatedAt: new Date(Date.UTC(2025, 0, 15, 2, minute)).toISOString(),
      });
    await heard('a'.repeat(40), 1);
    expect(await rows()).toHaveLength(2);
    for (let left = 2; left > 0; left -= 1) await settleDelivery(store, await take(), accepted);
    await heard('b'.repeat(40), 2);
    await heard('b'.repeat(40), 3);
    const changed = await database.db().query<{ head: string }>({
      text: `SELECT payload -> 'pullRequest' ->> 'headSha' AS head FROM deliveries WHERE kind = 'approval_changed'`,
    });
    expect(changed).toEqual(channels.map(() => ({ head: 'b'.repeat(40) })));
  });

  it('tells of an escalation, also when a decision is what notices the time', async () => {
    const policy: Partial<ApprovalPolicy> = { onExpire: 'escalate', escalateTo: ['bob'], required: 2 };
    for (const notice of [
      () => expireApprovals(store),
      (id: number) => decideTask(store, viewerNamed('ada'), id, 'approve'),
    ]) {
      const id = await awaiting(policy);
      await database.db().query({ text: `UPDATE approvals SET expires_at = now() - interval '1 second'` });
      await notice(id);
      const of = await database.db().query<{ kind: string }>({
        text: 'SELECT kind FROM deliveries WHERE task_id = $1 ORDER BY kind',
        values: [id],
      });
      expect(of.map(({ kind }) => kind)).toEqual([
        'approval_escalated',
        'approval_escalated',
        'approval_needed',
        'approval_needed',
      ]);
    }
  });

  it.each([
    ['expire', 'failed', 'nobody decided in time, so it expired'],
    ['reject', 'failed', 'nobody decided in time, so it was rejected'],
    ['approve', 'succeeded', 'nobody decided in time, so it was approved'],
  ] as const)(
    'tells that nobody decided in time, where time then has it %s',
    async (onExpire, status, what) => {
      const id = await awaiting({ onExpire });
      for (const _channel of channels) await settleDelivery(store, await take(), accepted);
      await database.db().query({ text: `UPDATE approvals SET expires_at = now() - interval '1 second'` });
      await expireApprovals(store);
      for (const _channel of channels) {
        const told = await take();
        expect(told).toMatchObject({ kind: 'approval_expired', taskId: id });
        expect(told.payload).toMatchObject({ task: 'make', plan: 'nightly', status, what });
        await settleDelivery(store, told, accepted);
      }
    },
  );

  it('tells of the expired approval of a task that was reported from outside', async () => {
    const id = await reported('awaiting_approval');
    await database.db().query({ text: `UPDATE approvals SET expires_at = now() - interval '1 second'` });
    await expireApprovals(store);
    const kinds = await database.db().query({
      text: "SELECT payload ->> 'plan' AS plan FROM deliveries WHERE task_id = $1 AND kind = 'approval_expired'",
      values: [id],
    });
    expect(kinds).toEqual(channels.map(() => ({ plan: null })));
  });

  it('tells once that what an approval was to bring about was given up', async () => {
    const id = await awaiting();
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    await database.db().query({
      text: `UPDATE approvals SET pull_action = 'merge', pull_action_state = 'owed', pull_action_at = now(),
        pull_host = 'github.com', pull_owner = 'acme', pull_repo = 'site', pull_number = 7`,
    });
    const [owed] = await takeActions(store.db);
    if (owed === undefined) throw new Error('Nothing is owed.');
    const told = () =>
      database.db().query<{ what: string }>({
        text: "SELECT payload ->> 'what' AS what FROM deliveries WHERE kind = 'pull_action_failed'",
      });
    await settleAction(store, owed, 'owed', 'not now');
    expect(await told()).toEqual([]);
    for (const _time of [1, 2]) await settleAction(store, owed, 'failed', 'It was closed. Merge it by hand.');
    const what = 'it was approved, but acme/site#7 could not be merged: It was closed. Merge it by hand.';
    expect(await told()).toEqual(channels.map(() => ({ what })));
  });

  it('forgets deliveries with their task', async () => {
    const id = await awaiting();
    for (const _channel of channels) await settleDelivery(store, await take(), accepted);
    await decideTask(store, viewerNamed('ada'), id, 'reject');
    while (await takeDelivery(store, 1000).then((next) => next && settleDelivery(store, next, accepted))) {}
    await pruneTasks(store, everything, '2999-01-01T00:00:00Z');
    expect(await rows()).toEqual([]);
  });

  it('knows nothing of earlier tries on a task that is made again', async () => {
    const id = await awaiting();
    await settleDelivery(store, await take(), accepted);
    await settleDelivery(store, await take(), { ...away, final: true });
    await decideTask(store, viewerNamed('ada'), id, 'reject');
    await retryTask(store, everything, id);
    expect(await readTask(store.db, id)).toMatchObject({ webhookNotifiedAt: null, webhookError: null });
  });
});
