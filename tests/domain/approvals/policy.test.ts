import { beforeEach, expect, it } from 'vitest';
import { policyDefaults } from '../../../contract/plan/approvalPolicy.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import { AlreadyDecidedError, HeadMovedError, MayNotDecideError } from '../../../domain/input/errors.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { findTask, readTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

describeOnEither('An approval', (database) => {
  const store = storeOf(database);
  const [ada, bob, eve] = [viewerNamed('ada'), viewerNamed('bob'), viewerNamed('eve')];
  beforeEach(() => database.truncate());

  /** A task that awaits approval under a policy; `after` needs it. */
  async function awaiting(policy: Partial<ApprovalPolicy> = {}, startedBy = everything) {
    const definition = planDefinition.parse({
      name: 'nightly',
      steps: [
        { task: 'make', approval: 'always', policy },
        { task: 'after', needs: ['make'] },
      ],
    });
    const run = await startRun(store, startedBy, { definition });
    const workers = playWorkers(store);
    // What earlier runs have released may be due before it.
    for (let runId = ''; runId !== run.runId; ) {
      const lease = await workers.leased(run.planHash);
      await workers.finish(lease);
      runId = lease.runId;
    }
    const [make, after] = run.tasks.map(({ id }) => id);
    return { id: make ?? 0, after: after ?? 0 };
  }

  const audit = (id: number) =>
    database.db().query<Record<string, unknown>>({
      text: `SELECT action, outcome, viewer_name(viewer) AS viewer, via, from_status, to_status FROM decisions WHERE task_id = $1 ORDER BY id`,
      values: [id],
    });
  const overdue = (id: number) =>
    database.db().query({
      text: `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE task_id = $1 AND ended_at IS NULL`,
      values: [id],
    });

  it('has, where its plan says nothing, the defaults that the plan has', async () => {
    const { id } = await awaiting();
    const kept = await database.db().query<{ policy: ApprovalPolicy }>({
      text: 'SELECT policy FROM approvals WHERE task_id = $1',
      values: [id],
    });
    expect(kept).toEqual([{ policy: policyDefaults }]);
  });

  it('by two people takes two distinct ones, and the second releases what waits', async () => {
    const { id, after } = await awaiting({ required: 2 });
    expect(await decideTask(store, ada, id, 'approve')).toMatchObject({ status: 'awaiting_approval' });
    expect(await decideTask(store, ada, id, 'approve')).toMatchObject({ status: 'awaiting_approval' });
    expect(await decideTask(store, bob, id, 'approve')).toMatchObject({
      status: 'succeeded',
      approver: 'bob',
    });
    expect(await decideTask(store, ada, id, 'approve')).toMatchObject({ status: 'succeeded' });
    expect((await audit(id)).map(({ outcome }) => outcome)).toEqual([
      'voted',
      'repeated',
      'decided',
      'repeated',
    ]);
    const rows = await database.db().query({
      text: 'SELECT 1 FROM agents_tasks WHERE id = $1 AND job_id IS NOT NULL',
      values: [after],
    });
    expect(rows).toHaveLength(1);
  });

  it('counts somebody once, however the address is written', async () => {
    const [ann, Ann] = [viewerNamed('ann@example.org'), viewerNamed('Ann@Example.org')];
    const { id } = await awaiting({ required: 2 });
    for (const viewer of [ann, Ann, ann])
      expect(await decideTask(store, viewer, id, 'approve')).toMatchObject({ status: 'awaiting_approval' });
    await decideTask(store, ada, id, 'approve');
    expect((await audit(id)).map(({ outcome }) => outcome)).toEqual([
      'voted',
      'repeated',
      'repeated',
      'decided',
    ]);
    expect(await decideTask(store, Ann, id, 'approve')).toMatchObject({ approver: 'ada' });
    const own = await awaiting({ denySelf: true }, Ann);
    await expect(decideTask(store, ann, own.id, 'approve')).rejects.toThrow(/started its run/);
  });

  it('is vetoed by one reject, whatever votes there are', async () => {
    const { id, after } = await awaiting({ required: 3 });
    await decideTask(store, ada, id, 'approve');
    expect(await decideTask(store, bob, id, 'reject')).toMatchObject({
      status: 'failed',
      approvalState: 'rejected',
    });
    expect(await readTask(database.db(), after)).toMatchObject({ status: 'skipped' });
  });

  it('refuses a key with who may instead, and how to end the wait undecided', async () => {
    const { id } = await awaiting({ approvers: ['ada', 'group:release'] });
    await expect(decideTask(store, everything, id, 'approve')).rejects.toThrow(
      new RegExp(
        `Only ada, group:release may approve it\\. To end it without a decision, run: nightshift cancel ${id}$`,
      ),
    );
  });

  it('is decided only by its approvers and their groups, and each refusal is on record', async () => {
    const { id } = await awaiting({ approvers: ['ada', 'group:release'] });
    await expect(decideTask(store, eve, id, 'approve')).rejects.toThrow(MayNotDecideError);
    await expect(decideTask(store, eve, id, 'reject')).rejects.toThrow(/ada, group:release may reject it/);
    await decideTask(store, { ...bob, groups: ['release'] }, id, 'approve', { via: 'rest' });
    expect(await audit(id)).toMatchObject([
      { action: 'approve', outcome: 'refused', viewer: 'eve', to_status: 'awaiting_approval' },
      { action: 'reject', outcome: 'refused', viewer: 'eve' },
      { action: 'approve', outcome: 'decided', viewer: 'bob', via: 'rest', to_status: 'succeeded' },
    ]);
  });

  it('is not given in the name of an approver by a report of somebody without an identity', async () => {
    const { id } = await awaiting({ approvers: ['ada'] });
    const report = updateTask(store, everything, id, { approvalState: 'approved', approver: 'ada' });
    await expect(report).rejects.toThrow(/local is a key that several people may share/);
    const two = await awaiting({ required: 2 });
    for (const approver of ['ada', 'bob']) {
      const vote = updateTask(store, everything, two.id, { approvalState: 'approved', approver });
      await expect(vote).rejects.toThrow(/local is a key that several people may share/);
    }
  });

  it('with denySelf is not given by who started the run, who may still reject', async () => {
    const { id } = await awaiting({ denySelf: true }, ada);
    await expect(decideTask(store, ada, id, 'approve')).rejects.toThrow(/ada started its run/);
    expect(await decideTask(store, ada, id, 'reject')).toMatchObject({ status: 'failed' });
  });

  it('of a known head commit refuses a decision on another one', async () => {
    const head = 'a'.repeat(40);
    const { id } = await awaiting();
    await database.db().query({
      text: `UPDATE approvals SET pull_host = 'github.com', pull_owner = 'isle', pull_repo = 'light', pull_number = 7,
        pull_state = 'open', pull_head = $1`,
      values: [head],
    });
    const decideOn = (expectedHeadSha: string) => decideTask(store, ada, id, 'approve', { expectedHeadSha });
    await expect(decideOn('b'.repeat(40))).rejects.toThrow(HeadMovedError);
    expect(await decideOn(head)).toMatchObject({ status: 'succeeded' });
  });

  it('expires after 72 hours into failed and expired, and skips what waits', async () => {
    const { id, after } = await awaiting();
    const [{ hours } = { hours: 0 }] = await database.db().query<{ hours: number }>({
      text: `SELECT (extract(epoch FROM expires_at - requested_at) / 3600)::float8 AS hours FROM approvals`,
    });
    expect(Math.round(hours)).toBe(72);
    expect(await expireApprovals(store)).toBe(0);
    await overdue(id);
    expect(await expireApprovals(store)).toBe(1);
    expect(await readTask(database.db(), id)).toMatchObject({ status: 'failed', approvalState: 'expired' });
    expect(await readTask(database.db(), after)).toMatchObject({ status: 'skipped' });
    expect(await audit(id)).toMatchObject([{ action: 'expire', outcome: 'decided', via: 'expiry' }]);
  });

  for (const [onExpire, status, approvalState] of [
    ['reject', 'failed', 'rejected'],
    ['approve', 'succeeded', 'approved'],
  ] as const) {
    it(`that is to ${onExpire} when its time is over becomes ${approvalState}`, async () => {
      const { id } = await awaiting({ onExpire });
      await overdue(id);
      await expireApprovals(store);
      expect(await readTask(database.db(), id)).toMatchObject({
        status,
        approvalState,
        approver: 'nightshift',
      });
    });
  }

  it('that escalates goes on for its time once more, with others who may decide, and then expires', async () => {
    const { id } = await awaiting({ onExpire: 'escalate', approvers: ['ada'], escalateTo: ['bob'] });
    await expect(decideTask(store, bob, id, 'approve')).rejects.toThrow(MayNotDecideError);
    await overdue(id);
    // Time is noticed by whoever comes first, here the decision itself.
    expect(await decideTask(store, bob, id, 'approve')).toMatchObject({
      status: 'succeeded',
      approver: 'bob',
    });
    const other = await awaiting({ onExpire: 'escalate', escalateTo: ['bob'] });
    for (const state of ['pending', 'expired']) {
      await overdue(other.id);
      await expireApprovals(store);
      expect(await readTask(database.db(), other.id)).toMatchObject({ approvalState: state });
    }
  });

  it('that is never to expire does not', async () => {
    const { id } = await awaiting({ expiresAfterMs: null });
    await overdue(0);
    expect(await expireApprovals(store)).toBe(0);
    expect(await readTask(database.db(), id)).toMatchObject({ approvalState: 'pending' });
  });

  it('whose decision races its expiry gets one of the two, and all agree', async () => {
    for (let round = 0; round < 15; round += 1) {
      const { id } = await awaiting();
      await database.db().query({
        text: `UPDATE approvals SET expires_at = clock_timestamp() + interval '4 ms' WHERE task_id = $1`,
        values: [id],
      });
      const wait = new Promise((resolve) => setTimeout(resolve, round % 8));
      const [decided] = await Promise.allSettled([
        wait.then(() => decideTask(store, ada, id, 'approve')),
        wait.then(() => expireApprovals(store)),
        expireApprovals(store),
      ]);
      while ((await findTask(database.db(), id))?.status === 'awaiting_approval')
        await expireApprovals(store);
      const { approvalState } = await readTask(database.db(), id);
      if (decided.status === 'fulfilled') expect(approvalState).toBe('approved');
      else {
        expect(decided.reason).toBeInstanceOf(AlreadyDecidedError);
        expect(approvalState).toBe('expired');
      }
      expect((await audit(id)).filter(({ outcome }) => outcome === 'decided')).toHaveLength(1);
    }
  });

  it('leaves a trail that the database lets nobody change, delete or empty', async () => {
    const { task } = await createTask(store, everything, {
      task: 't',
      runId: 'r',
      status: 'awaiting_approval',
    });
    await decideTask(store, ada, task.id, 'approve');
    for (const text of [
      'UPDATE decisions SET viewer = $$eve$$',
      'DELETE FROM decisions',
      'TRUNCATE decisions',
    ]) {
      await expect(database.db().query({ text })).rejects.toThrow('append-only');
    }
    await database.db().query({ text: 'DELETE FROM agents_tasks' });
    expect(await audit(task.id)).toHaveLength(1);
  });
});
