import { beforeEach, expect, it } from 'vitest';
import type { ClaimedDelivery } from '../../../contract/notifications/delivery.ts';
import type { Channel } from '../../../contract/words/notifications.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import { nextDeliveryIn, recoverDeliveries } from '../../../domain/notifications/recover.ts';
import { settleDelivery } from '../../../domain/notifications/settle.ts';
import { takeDelivery } from '../../../domain/notifications/take.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, forgetDeliveryJobs, storeOf, viewerNamed } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';
import { at, facts, head } from '../pulls/support.ts';

const channels: Channel[] = [
  { name: 'slack', recipient: null },
  { name: 'smtp', recipient: 'ann@example.org' },
];
const link = (number: number) => `https://github.com/isle/light/pull/${number}`;
const storm = 30;

describeOnEither('That an approval is about something else now', (database) => {
  const store = storeOf(database, channels);
  beforeEach(async () => {
    await database.truncate();
    await forgetDeliveryJobs(store);
  });

  /** A task of an outside reporter that awaits approval. */
  async function reported(): Promise<number> {
    const input = { task: 'seo.validate', runId: 'outside', status: 'awaiting_approval' } as const;
    return (await createTask(store, everything, { ...input, outputsUri: link(1000) })).task.id;
  }
  /** A task of the engine that awaits approval. */
  async function made(policy: Partial<ApprovalPolicy> = {}): Promise<number> {
    const steps = [{ task: 'make', approval: 'always', policy }];
    const run = await startRun(store, everything, {
      definition: planDefinition.parse({ name: 'nightly', steps }),
    });
    const workers = playWorkers(store);
    await workers.finish(await workers.leased(run.planHash), { outputsUri: link(7) });
    await push(1);
    return run.tasks[0]?.id ?? 0;
  }
  const push = (number: number) =>
    applyPull(store, new Map(), facts({ headSha: head(number), updatedAt: at(number) }));
  async function relink(id: number, times = storm) {
    for (let number = 1; number <= times; number += 1)
      await updateTask(store, everything, id, { outputsUri: link(number) });
  }
  const kinds = async (state = 'pending') => {
    const rows = await database.db().query<{ kind: string }>({
      text: 'SELECT kind FROM deliveries WHERE state = $1 ORDER BY kind, channel',
      values: [state],
    });
    return rows.map(({ kind }) => kind);
  };
  const needed = ['approval_needed', 'approval_needed'];
  const changed = ['approval_changed', 'approval_changed'];
  /** Sends what is due now; gives it. */
  async function sendDue(): Promise<ClaimedDelivery[]> {
    const sent = [];
    for (;;) {
      const delivery = await takeDelivery(store, 30_000);
      if (delivery === undefined) return sent;
      await settleDelivery(store, delivery, { accepted: true, statusCode: 200 });
      sent.push(delivery);
    }
  }
  async function pass(seconds: number) {
    const values = [seconds];
    await database.db().query({
      text: `UPDATE deliveries SET due_at = due_at - $1 * interval '1 second' WHERE state = 'pending'`,
      values,
    });
    await database
      .db()
      .query({ text: `UPDATE delivery_tries SET began_at = began_at - $1 * interval '1 second'`, values });
    await recoverDeliveries(store);
  }
  const seen = (sent: ClaimedDelivery[]) =>
    sent.map(({ kind, outputsUri, payload }) => {
      const { pullRequest } = payload as { pullRequest: { number: number; headSha: string | null } };
      return [kind, outputsUri, pullRequest.number, pullRequest.headSha];
    });

  it('is told with the message that it is needed while that waits, however often its reporter changes it', async () => {
    const id = await reported();
    await relink(id);
    expect(await kinds()).toEqual(needed);
    await pass(606);
    expect(seen(await sendDue())).toEqual(needed.map((kind) => [kind, link(storm), storm, null]));
    expect(await kinds()).toEqual([]);
  });

  it('is told at once when it was told that it is needed, then once in ten minutes, as it is by then', async () => {
    const id = await reported();
    await pass(606);
    await sendDue();
    await relink(id, 1);
    expect(seen(await sendDue())).toEqual(changed.map((kind) => [kind, link(1), 1, null]));
    await relink(id);
    expect(await kinds()).toEqual(changed);
    expect(await nextDeliveryIn(store.db)).toBeGreaterThan(590_000);
    expect(await sendDue()).toEqual([]);
    await pass(606);
    expect(seen(await sendDue())).toEqual(changed.map((kind) => [kind, link(storm), storm, null]));
    expect(await kinds()).toEqual([]);
    // Long after the last one it is told at once again.
    await pass(606);
    await relink(id, 1);
    expect(seen(await sendDue())).toEqual(changed.map((kind) => [kind, link(1), 1, null]));
  });

  it('is told once in ten minutes of many pushes, with the last head', async () => {
    await made();
    await sendDue();
    for (let number = 2; number <= storm; number += 1) await push(number);
    expect(await kinds()).toEqual(changed);
    expect(seen(await sendDue())).toEqual(changed.map((kind) => [kind, link(7), 7, head(storm)]));
    for (let number = 31; number <= 50; number += 1) await push(number);
    expect(await kinds()).toEqual(changed);
    await pass(606);
    expect(seen(await sendDue())).toEqual(changed.map((kind) => [kind, link(7), 7, head(50)]));
  });

  it('is told anew when the message before is on its way already', async () => {
    await made();
    const first = await takeDelivery(store, 30_000);
    await push(2);
    expect(first?.kind).toBe('approval_needed');
    // The other channel has yet to be told that it is needed.
    expect(await kinds()).toEqual(['approval_changed', ...needed]);
    const sent = await sendDue();
    expect(new Set(sent.map(({ channel, kind }) => `${channel} ${kind}`)).size).toBe(2);
    expect(sent.map(({ payload }) => payload)).toEqual(
      [1, 2].map(() =>
        expect.objectContaining({ pullRequest: expect.objectContaining({ headSha: head(2) }) }),
      ),
    );
  });

  it('is not told when its reporter tells of it itself', async () => {
    const id = await reported();
    await updateTask(store, everything, id, { webhookNotifiedAt: '2025-01-15T02:30:00Z' });
    await relink(id, 2);
    await pass(606);
    expect(await sendDue()).toEqual([]);
    expect(await kinds('cancelled')).toEqual(needed);
    await relink(id, 2);
    expect(await kinds()).toEqual([]);
  });

  it('is told to whoever voted, also before it was told that it is needed', async () => {
    const id = await made({ required: 2 });
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    await push(2);
    expect(await kinds()).toEqual([...changed, ...needed]);
    await push(3);
    expect(await kinds()).toEqual([...changed, ...needed]);
    expect(seen(await sendDue()).map(([, , , headSha]) => headSha)).toEqual([1, 2, 3, 4].map(() => head(3)));
  });
});
