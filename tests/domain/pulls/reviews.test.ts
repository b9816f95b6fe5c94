import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { applyReview, type Review } from '../../../domain/pulls/applyReview.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { at, awaitingPull, facts, head, person, review, reviewers, standingOf } from './support.ts';

describeOnBoth('A review of a pull request', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const tell = (more: Partial<Review> = {}) => applyReview(store, reviewers, facts(), review(more));
  async function awaiting(policy = {}) {
    const task = await awaitingPull(store, policy);
    await applyPull(store, reviewers, facts());
    return task;
  }

  it('that approves its head is a vote, and approves when that is enough', async () => {
    const task = await awaiting({ required: 2 });
    await tell();
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      voters: ['github:ada'],
    });
    await tell({ id: 2, reviewer: person('bob'), association: 'OWNER' });
    expect(await standingOf(store, task)).toMatchObject({
      status: 'succeeded',
      approver: 'github:bob',
      after: 'released',
    });
  });

  it('counts once, however often it is told', async () => {
    const task = await awaiting({ required: 2 });
    expect([await tell(), await tell(), await tell()]).toEqual([1, 0, 0]);
    expect((await standingOf(store, task)).record).toEqual(['approve voted github:ada']);
  });

  it('is judged by the policy, and its refusal is on record once', async () => {
    const task = await awaiting({ approvers: ['github:bob'], denySelf: true });
    for (let time = 0; time < 2; time += 1) await tell();
    await tell({ id: 2, reviewer: person('bob') });
    expect((await standingOf(store, task)).record).toEqual([
      'approve refused github:ada',
      'approve decided github:bob',
    ]);
    const own = await awaiting({ denySelf: true });
    await tell({ id: 3, reviewer: person('keeper') });
    expect(await standingOf(store, own)).toMatchObject({
      status: 'awaiting_approval',
      record: ['approve refused github:keeper'],
    });
  });

  it('of an older commit is refused, on record, and stays so', async () => {
    const task = await awaitingPull(store);
    await applyPull(store, reviewers, facts({ headSha: head(2), updatedAt: at(5) }));
    for (let time = 0; time < 2; time += 1) await tell({ commit: head(1) });
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      record: ['approve refused github:ada'],
    });
  });

  it('by somebody who is not of the repository does not count and leaves no row', async () => {
    const task = await awaiting();
    for (const [id, association] of ['NONE', 'CONTRIBUTOR', 'FIRST_TIMER', 'owner'].entries())
      expect(await tell({ id: id + 1, association })).toBe(0);
    expect((await standingOf(store, task)).record).toEqual([]);
  });

  it('that asks for changes decides nothing, and takes back the vote of an earlier one', async () => {
    const task = await awaiting({ required: 2 });
    await tell({ id: 1, state: 'changes_requested', reviewer: person('bob') });
    await tell({ id: 2 });
    await tell({ id: 3, state: 'changes_requested' });
    expect(await standingOf(store, task)).toMatchObject({
      ...{ status: 'awaiting_approval', voters: [] },
      record: ['approve voted github:ada', 'withdraw voted github:ada'],
    });
    await tell({ id: 4, reviewer: person('bob') });
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      voters: ['github:bob'],
    });
    await tell({ id: 5 });
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded', approver: 'github:ada' });
  });

  it('that is dismissed takes its vote back, and no vote that came another way', async () => {
    const task = await awaiting({ required: 3 });
    await tell();
    await decideTask(store, viewerNamed('github:bob'), task.id, 'approve');
    await tell({ id: 2, reviewer: person('bob') });
    await tell({ state: 'dismissed' });
    await tell({ id: 2, reviewer: person('bob'), state: 'dismissed' });
    expect(await standingOf(store, task)).toMatchObject({ voters: ['github:bob'] });
    await tell();
    expect(await standingOf(store, task)).toMatchObject({ voters: ['github:bob'] });
  });

  it('given before the task began to wait is a vote all the same, for each wait once', async () => {
    const first = await awaiting();
    await tell();
    const second = await awaiting();
    await tell();
    for (const task of [first, second])
      expect((await standingOf(store, task)).record).toEqual(['approve decided github:ada']);
  });
});
