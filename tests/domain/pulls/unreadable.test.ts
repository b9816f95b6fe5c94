import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { takeActions } from '../../../domain/pulls/actions.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { notePull } from '../../../domain/pulls/notePull.ts';
import { takeUnchecked } from '../../../domain/pulls/unchecked.ts';
import { noteUnreadable } from '../../../domain/pulls/unreadable.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { at, awaitingPull, facts, head, person, reviewers, standingOf } from './support.ts';

const why = 'GitHub answered 404: Not Found';

describeOnEither('A pull request that cannot be read', (database) => {
  const githubUsers = new Map([...reviewers, ['keeper', 'kim@example.org']]);
  const pullReach = { host: 'github.com', asks: true, hears: true };
  const store = storeOf(database, [], { githubUsers, pullReach });
  const [ann, kim] = [viewerNamed('ann@example.org'), viewerNamed('kim@example.org')];
  beforeEach(() => database.truncate());

  const approvalOf = async ({ id }: { id: number }) => (await readApprovals(store.db, [id]))[0];
  const approve = ({ id }: { id: number }, by = ann, shown = {}) =>
    decideTask(store, by, id, 'approve', shown);
  const changesOf = async (work: () => Promise<unknown>) => {
    const changed: number[] = [];
    const unsubscribe = store.changes.subscribe(({ id }) => void changed.push(id));
    await work();
    unsubscribe();
    return changed;
  };

  it.each([
    ['denySelf', { denySelf: true }, /self-approval is only prevented for whoever started the run/],
    ['a merge', { onApprove: 'merge' }, /Approving it does not merge the pull request: merge it by hand/],
    [
      'a label',
      { onApprove: 'label:fine' },
      /Approving it does not label the pull request: label it by hand/,
    ],
  ])(
    'can be approved under %s, and says what does not hold then and what to do',
    async (_what, policy, says) => {
      const task = await awaitingPull(store, policy as Partial<ApprovalPolicy>);
      await expect(approve(task)).rejects.toThrow(/not known yet/);
      expect(await changesOf(() => noteUnreadable(store, facts(), why))).toEqual([task.id]);
      const remark = (await approvalOf(task))?.remark;
      expect(remark).toMatch(says);
      expect(remark).toMatch(
        /cannot read the pull request: GitHub answered 404: Not Found\. Give the GITHUB_TOKEN .* isle\/light/,
      );
      expect(await changesOf(() => noteUnreadable(store, facts(), why))).toEqual([]);
      await approve(task);
      expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded', approver: ann.id });
      expect(await takeActions(store.db)).toEqual([]);
      expect(await approvalOf(task)).toMatchObject({ pullAction: null, remark });
    },
  );

  it('is not approved by whoever started the run', async () => {
    const task = await awaitingPull(store, { denySelf: true }, { startedBy: ann });
    await noteUnreadable(store, facts(), why);
    await expect(approve(task)).rejects.toThrow(/started its run/);
    await approve(task, kim);
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded' });
  });

  it('is not approved by its author where an event has told who that is', async () => {
    const task = await awaitingPull(store, { denySelf: true });
    await notePull(store.db, facts(), 'hinted');
    await noteUnreadable(store, facts(), why);
    expect((await approvalOf(task))?.remark).not.toContain('started its run');
    await expect(approve(task, kim)).rejects.toThrow(/wrote its pull request/);
    await approve(task);
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded' });
  });

  it('is what it was as soon as it can be read', async () => {
    const task = await awaitingPull(store, { denySelf: true, onApprove: 'merge' });
    await noteUnreadable(store, facts(), why);
    const read = () => applyPull(store, githubUsers, facts(), 'read');
    expect(await changesOf(read)).toEqual([task.id]);
    expect(await changesOf(read)).toEqual([]);
    expect((await approvalOf(task))?.remark).toBeNull();
    await expect(approve(task, kim)).rejects.toThrow(/wrote its pull request/);
    await expect(approve(task)).rejects.toThrow(/head commit/);
    await approve(task, ann, { expectedHeadSha: head(1) });
    expect(await takeActions(store.db)).toMatchObject([{ action: 'merge', headSha: head(1) }]);
  });

  it('is looked at again within minutes, though events tell of the others', async () => {
    await awaitingPull(store);
    const hour = 3_600_000;
    expect(await takeUnchecked(store.db, 'github.com', hour)).toHaveLength(1);
    await store.db.query({ text: `UPDATE approvals SET pull_checked_at = now() - interval '6 min'` });
    expect(await takeUnchecked(store.db, 'github.com', hour)).toEqual([]);
    await noteUnreadable(store, facts(), why);
    expect(await takeUnchecked(store.db, 'github.com', hour)).toHaveLength(1);
    expect(await takeUnchecked(store.db, 'github.com', hour)).toEqual([]);
  });

  it('says nothing of another one that a reporter exchanges it for', async () => {
    const outputsUri = 'https://github.com/isle/light/pull/7';
    const { task } = await createTask(store, everything, {
      task: 't',
      runId: 'r',
      status: 'awaiting_approval',
      outputsUri,
    });
    await noteUnreadable(store, facts(), why);
    await updateTask(store, everything, task.id, { outputsUri: `${outputsUri}/files` });
    expect((await approvalOf(task))?.remark).toContain('cannot read the pull request');
    await updateTask(store, everything, task.id, { outputsUri: outputsUri.replace('7', '8') });
    expect((await approvalOf(task))?.remark).toBeNull();
  });

  it('whose author is gone can be approved once it was read', async () => {
    const task = await awaitingPull(store, { denySelf: true });
    await applyPull(store, githubUsers, facts({ author: null }), 'read');
    await approve(task);
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded' });
  });

  it('keeps what a merge has decided beside it', async () => {
    const task = await awaitingPull(store, { required: 2 });
    await applyPull(store, githubUsers, facts(), 'read');
    await applyPull(
      store,
      githubUsers,
      facts({ state: 'merged', endedBy: person('keeper'), updatedAt: at(5) }),
      'read',
    );
    await noteUnreadable(store, facts(), why);
    expect((await approvalOf(task))?.remark).toMatch(
      /merged by keeper, who wrote it.* cannot read the pull request: GitHub/,
    );
  });
});
