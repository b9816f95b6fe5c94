import { beforeEach, expect, it } from 'vitest';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { retryTask } from '../../../domain/engine/retry.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import type { PullFacts } from '../../../domain/pulls/pull.ts';
import { takeUnchecked } from '../../../domain/pulls/unchecked.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';
import { at, awaitingPull, bot, facts, person, reviewers, standingOf } from './support.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describeOnEither('A merge that is heard after the time of an approval', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const tell = (more: Partial<PullFacts> = {}) => applyPull(store, reviewers, facts(more));
  const merged = (more: Partial<PullFacts> = {}) =>
    tell({ state: 'merged', endedBy: person('ada'), updatedAt: at(5), endedAt: minutesAgo(90), ...more });
  /** A task that has awaited approval for two hours, in which there was one to decide. */
  const overdue = async (policy: Partial<ApprovalPolicy> = {}) => {
    await tell();
    const task = await awaitingPull(store, policy);
    await tell({ updatedAt: at(1) });
    await store.db.query({
      text: `UPDATE approvals SET requested_at = now() - interval '2 hours', expires_at = now() - interval '1 hour',
        pull_checked_at = now() - interval '3 hours' WHERE task_id = $1`,
      values: [task.id],
    });
    return task;
  };
  const expired = async (policy?: Partial<ApprovalPolicy>) => {
    const task = await overdue(policy);
    expect(await expireApprovals(store)).toBe(1);
    return task;
  };
  const isExpired = { status: 'failed', approver: 'nightshift', after: 'skipped' };

  it('approves when it was made within it, and lets run what had been skipped', async () => {
    const task = await expired();
    expect(await standingOf(store, task)).toMatchObject(isExpired);
    expect(await merged()).toBe(1);
    expect(await standingOf(store, task)).toMatchObject({
      status: 'succeeded',
      approver: 'github:ada',
      after: 'released',
      pull: 'merged',
      record: ['expire decided nightshift', 'approve decided github:ada'],
    });
    const [approval] = await readApprovals(store.db, [task.id]);
    expect(approval).toMatchObject({ state: 'approved', pullAction: null });
    expect(await readTask(store.db, task.id)).toMatchObject({ approvalState: 'approved' });
    const [decision] = await store.db.query({
      text: `SELECT from_status AS "from", to_status AS "to" FROM decisions WHERE action = 'approve'`,
    });
    expect(decision).toEqual({ from: 'failed', to: 'succeeded' });
  });

  it('lets any worker that knows the plan take what had been skipped', async () => {
    await expired();
    await merged();
    const [run] = await store.db.query<{ planHash: string }>({
      text: 'SELECT plan_hash AS "planHash" FROM runs WHERE plan_hash IS NOT NULL',
    });
    const lease = await playWorkers(store).ask(run?.planHash ?? '');
    expect(lease).toMatchObject({ task: 'after' });
  });

  it('approves when nobody had looked yet whether the time was over', async () => {
    const task = await overdue();
    await merged();
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded', after: 'released' });
    expect(await expireApprovals(store)).toBe(0);
  });

  it('approves also what time alone had rejected, once', async () => {
    const task = await expired({ onExpire: 'reject' });
    await merged();
    await merged({ updatedAt: at(6), endedBy: person('bob') });
    expect(await standingOf(store, task)).toMatchObject({
      status: 'succeeded',
      approver: 'github:ada',
      record: ['reject decided nightshift', 'approve decided github:ada'],
    });
  });

  it.each([
    ['was made after it', { endedAt: minutesAgo(30) }],
    ['was made before it began', { endedAt: minutesAgo(150) }],
    ['was made by a bot', { endedBy: bot('ship-it[bot]') }],
    ['was no merge', { state: 'closed' as const }],
  ])('changes nothing when it %s', async (_what, more) => {
    const task = await expired();
    const ended = (await readApprovals(store.db, [task.id]))[0];
    await merged(more);
    expect(await standingOf(store, task)).toMatchObject({
      ...isExpired,
      record: ['expire decided nightshift'],
    });
    expect((await readApprovals(store.db, [task.id]))[0]).toMatchObject({
      state: 'expired',
      endedAt: ended?.endedAt,
    });
    expect((await readTask(store.db, task.id)).approvalState).toBe('expired');
  });

  it('is at most a vote under a policy about people, and on record', async () => {
    const two = await expired({ required: 2 });
    await merged();
    expect(await standingOf(store, two)).toMatchObject({
      ...isExpired,
      record: ['expire decided nightshift', 'approve voted github:ada'],
    });
    await database.truncate();
    const named = await expired({ approvers: ['github:bob'] });
    await merged();
    expect(await standingOf(store, named)).toMatchObject({
      ...isExpired,
      record: ['expire decided nightshift', 'approve refused github:ada'],
    });
    await merged({ updatedAt: at(6) });
    expect((await standingOf(store, named)).status).toBe('failed');
    await database.truncate();
    const enough = await expired({ approvers: ['github:ada'] });
    await merged();
    expect(await standingOf(store, enough)).toMatchObject({ status: 'succeeded', after: 'released' });
  });

  it('changes nothing once the task was made again', async () => {
    const task = await expired();
    await retryTask(store, everything, task.id);
    expect(await merged()).toBe(1);
    expect((await readTask(store.db, task.id)).status).toBe('queued');
  });

  it('is looked for once when the time is over', async () => {
    const { id } = await expired();
    const taken = await takeUnchecked(store.db, 'github.com', 1000);
    expect(taken).toMatchObject([{ owner: 'isle', repo: 'light', number: 7 }]);
    expect(await takeUnchecked(store.db, 'github.com', 0)).toEqual([]);
    expect((await readTask(store.db, id)).status).toBe('failed');
  });
});
