import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import type { GithubUsers } from '../../../domain/input/people.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { applyReview } from '../../../domain/pulls/applyReview.ts';
import { keepCountable } from '../../../domain/pulls/countable.ts';
import type { Review } from '../../../domain/pulls/review.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { at, awaitingPull, facts, head, person, review, reviewers, standingOf } from './support.ts';

describeOnEither('A review of a pull request', (database) => {
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

  it.each([
    ['the policy', { required: 2 }, {}],
    ['ADMIN_USERS', {}, { admins: ['zoe@example.org', 'kim@example.org'] }],
  ])(
    'that %s refuses since nobody knows whose login it is, is judged again, once, when somebody has said so',
    async (_what, policy, setting) => {
      const refusing = storeOf(database, [], setting);
      const tellAs = (users: GithubUsers) =>
        applyReview(refusing, users, facts(), review({ reviewer: person('zoe') }), 'read');
      const mapped = new Map([['zoe', 'zoe@example.org']]);
      const task = await awaiting(policy);
      expect([await tellAs(reviewers), await tellAs(reviewers), await tellAs(reviewers)]).toEqual([1, 0, 0]);
      expect((await standingOf(store, task)).record).toEqual(['approve refused github:zoe']);
      expect(
        await keepCountable(refusing, reviewers, facts(), [review({ reviewer: person('zoe') })]),
      ).toEqual([]);
      expect(
        await keepCountable(refusing, mapped, facts(), [review({ reviewer: person('zoe') })]),
      ).toHaveLength(1);
      expect([await tellAs(mapped), await tellAs(mapped)]).toEqual([1, 0]);
      const outcome = 'required' in policy ? 'voted' : 'decided';
      expect((await standingOf(store, task)).record).toEqual([
        'approve refused github:zoe',
        `approve ${outcome} zoe@example.org`,
      ]);
    },
  );

  it('that is refused for another reason, or was taken back, is not judged again by that', async () => {
    const task = await awaiting({ required: 3 });
    await tell({ reviewer: person('zoe'), commit: head(9) });
    await tell({ id: 2, reviewer: person('kim') });
    await tell({ id: 2, reviewer: person('kim'), state: 'dismissed' });
    await tell({ id: 3, reviewer: person('lee') });
    await tell({ id: 4, reviewer: person('lee'), state: 'changes_requested' });
    await tell({ id: 5 });
    const before = (await standingOf(store, task)).record;
    const known = new Map(['zoe', 'kim', 'lee', 'ada'].map((one) => [one, `${one}@example.org`]));
    for (const more of [
      { reviewer: person('zoe'), commit: head(9) },
      { id: 2, reviewer: person('kim') },
      { id: 3, reviewer: person('lee') },
      { id: 5 },
    ])
      await applyReview(store, known, facts(), review(more), 'read');
    expect((await standingOf(store, task)).record).toEqual(before);
  });

  it('whose reviewer is known now, and whom the policy does not name, is refused once more and no oftener', async () => {
    const task = await awaiting({ approvers: ['github:bob'] });
    const known = new Map([['zoe', 'zoe@example.org']]);
    await tell({ reviewer: person('zoe') });
    for (let time = 0; time < 3; time += 1)
      await applyReview(store, known, facts(), review({ reviewer: person('zoe') }), 'read');
    await tell({ reviewer: person('zoe') });
    expect((await standingOf(store, task)).record).toEqual([
      'approve refused github:zoe',
      'approve refused zoe@example.org',
    ]);
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
      status: 'awaiting_approval',
      voters: [],
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
