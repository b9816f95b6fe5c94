import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { findApproval } from '../../../domain/approvals/read.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { takeActions } from '../../../domain/pulls/actions.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { applyReview } from '../../../domain/pulls/applyReview.ts';
import type { PullFacts } from '../../../domain/pulls/pull.ts';
import type { Review } from '../../../domain/pulls/review.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';
import { facts as anyFacts, review as anyReview, person, writer } from './support.ts';

const [first, second] = ['a'.repeat(40), 'b'.repeat(40)];
const users = new Map([['octocat', 'ann@example.org']]);
const at = (minute: number) => new Date(Date.UTC(2025, 0, 15, 2, minute)).toISOString();

const facts = (more: Partial<PullFacts> = {}) =>
  anyFacts({
    owner: 'Acme',
    repo: 'site',
    headSha: first,
    author: person('bot'),
    updatedAt: at(1),
    ...more,
  });
const review = (more: Partial<Review> = {}) =>
  anyReview({ commit: first, reviewer: person('octocat'), ...more });

describeOnEither('A pull request', (database) => {
  const github = { hosts: ['github.com'], repositories: ['github.com/acme/*'] };
  const store = Object.assign(storeOf(database), { githubUsers: users, github });
  beforeEach(() => database.truncate());

  async function waiting(policy: Partial<ApprovalPolicy> = {}) {
    const { task } = await createTask(store, everything, {
      task: 'makes',
      runId: 'r',
      status: 'awaiting_approval',
      outputsUri: 'https://github.com/acme/site/pull/7',
    });
    const [approval] = await store.db.query<{ id: number }>({
      text: 'UPDATE approvals SET policy = policy || $2, pull_own = true WHERE task_id = $1 RETURNING id',
      values: [task.id, JSON.stringify(policy)],
    });
    return { id: task.id, approvalId: approval?.id ?? 0 };
  }
  const audit = (id: number) =>
    store.db.query<Record<string, unknown>>({
      text: 'SELECT action, outcome, viewer_name(viewer) AS viewer, via FROM decisions WHERE task_id = $1 ORDER BY id',
      values: [id],
    });
  const approvalOf = async (id: number) => await findApproval(store.db, id);

  it('that is pushed to voids the votes, and is stale from then on', async () => {
    const { id, approvalId } = await waiting({ required: 2 });
    await applyPull(store, users, facts());
    expect(await approvalOf(approvalId)).toMatchObject({
      staleAt: null,
      pullRequest: { headSha: first, author: 'bot', state: 'open' },
    });
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    await applyPull(store, users, facts({ updatedAt: at(2) }));
    expect((await approvalOf(approvalId))?.voters).toEqual(['ada']);
    await applyPull(store, users, facts({ headSha: second, updatedAt: at(3) }));
    expect(await approvalOf(approvalId)).toMatchObject({
      voters: [],
      staleAt: expect.any(String),
      pullRequest: { headSha: second },
    });
    await decideTask(store, viewerNamed('ben'), id, 'approve');
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    await expect(
      decideTask(store, viewerNamed('ada'), id, 'approve', { expectedHeadSha: first }),
    ).rejects.toThrow(/Review it again/);
    await decideTask(store, viewerNamed('ada'), id, 'approve', { expectedHeadSha: second });
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded' });
  });

  it.each([
    ['merged', 'succeeded', 'approved', 'approve'],
    ['closed', 'failed', 'rejected', 'reject'],
  ] as const)('that is %s decides as whoever did it', async (state, status, approvalState, action) => {
    const { id } = await waiting({ onApprove: 'merge' });
    await applyPull(store, users, facts());
    const ended = facts({ state, updatedAt: at(5), endedBy: writer('OctoCat') });
    await applyPull(store, users, ended);
    await applyPull(store, users, ended);
    expect(await findTask(store.db, id)).toMatchObject({
      status,
      approvalState,
      approver: 'ann@example.org',
    });
    expect(await audit(id)).toEqual([
      { action, outcome: 'decided', viewer: 'ann@example.org', via: 'github' },
    ]);
    expect(await takeActions(store.db)).toEqual([]);
  });

  it('that is merged releases what waits in its run', async () => {
    const workers = playWorkers(store, 'git@github.com:acme/site.git');
    const { planHash, runId } = await workers.start([{ task: 'makes' }, { task: 'after', needs: ['makes'] }]);
    const lease = await workers.leased(planHash);
    await workers.finish(lease, { outputsUri: 'https://github.com/acme/site/pull/7' });
    expect(await workers.ask(planHash)).toBeNull();
    await applyPull(store, users, facts());
    await applyPull(store, users, facts({ state: 'merged', endedBy: person('octocat') }));
    expect(await workers.carryOut(planHash)).toEqual(['after']);
    expect(await workers.statuses(runId)).toEqual({ makes: 'succeeded', after: 'succeeded' });
  });

  it('that is reviewed by a member counts as that member’s vote, once', async () => {
    const { id, approvalId } = await waiting({ required: 2 });
    await applyPull(store, users, facts());
    await applyReview(store, users, facts(), review());
    await applyReview(store, users, facts(), review());
    expect((await approvalOf(approvalId))?.voters).toEqual(['ann@example.org']);
    expect(await audit(id)).toHaveLength(1);
    await applyReview(store, users, facts(), review({ id: 2, reviewer: person('hubber') }));
    expect((await approvalOf(approvalId))?.voters).toEqual(['ann@example.org']);
    const known = new Map([...users, ['hubber', 'hub@example.org']]);
    await applyReview(store, known, facts(), review({ id: 3, reviewer: person('hubber') }));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded', approver: 'hub@example.org' });
  });

  it.each([
    ['a stranger', { association: 'NONE' }, {}, 0],
    ['a contributor', { association: 'CONTRIBUTOR' }, {}, 0],
    ['somebody who saw an older commit', { commit: second }, {}, 1],
    ['somebody whom the policy does not name', {}, { approvers: ['ben'] }, 1],
    ['its author', { reviewer: person('bot') }, { denySelf: true }, 1],
  ] as const)('reviewed by %s is not approved', async (_who, more, policy, refused) => {
    const { id } = await waiting(policy as Partial<ApprovalPolicy>);
    await applyPull(store, users, facts());
    await applyReview(store, users, facts(), review(more));
    await applyReview(store, users, facts(), review(more));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    expect((await audit(id)).filter(({ outcome }) => outcome === 'refused')).toHaveLength(refused);
  });

  it('is not approved by its author under another name, where the policy wants somebody else', async () => {
    const { id } = await waiting({ denySelf: true });
    await applyPull(store, users, facts({ author: person('octocat') }));
    await expect(decideTask(store, viewerNamed('ann@example.org'), id, 'approve')).rejects.toThrow(
      /wrote its pull request/,
    );
  });

  it('comes to the same in whatever order its news arrive, late and double ones too', async () => {
    const news = [
      facts({ updatedAt: at(1) }),
      facts({ updatedAt: at(2), headSha: second }),
      facts({ updatedAt: at(3), headSha: 'c'.repeat(40) }),
    ];
    const orders = fc.shuffledSubarray([...news, ...news], { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        await database.truncate();
        const { id, approvalId } = await waiting();
        for (const one of order) await applyPull(store, users, one);
        const approval = await approvalOf(approvalId);
        expect(approval?.pullRequest?.headSha).toBe('c'.repeat(40));
        expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
      }),
      { numRuns: 15 },
    );
  });

  it('of another task, repository, number or host is none of its business', async () => {
    const { id } = await waiting();
    for (const other of [{ host: 'ghe.example' }, { owner: 'x' }, { repo: 'x' }, { number: 8 }])
      expect(await applyPull(store, users, facts({ ...other, state: 'merged' }))).toBe(0);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('that a reporter exchanges for another voids the votes for the first', async () => {
    const { id, approvalId } = await waiting({ required: 2 });
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    await updateTask(store, everything, id, { outputsUri: 'https://github.com/acme/site/pull/8' });
    expect(await approvalOf(approvalId)).toMatchObject({
      voters: [],
      pullRequest: { number: 8, headSha: null },
    });
  });

  it.each(['merge', 'label:approved by night'])(
    'is owed %s with the decision, and taken by one process',
    async (onApprove) => {
      const { id, approvalId } = await waiting({ onApprove });
      await applyPull(store, users, facts());
      await decideTask(store, viewerNamed('ada'), id, 'approve');
      expect((await approvalOf(approvalId))?.pullAction).toEqual({
        action: onApprove,
        state: 'owed',
        error: null,
      });
      const taken = await Promise.all([takeActions(store.db), takeActions(store.db)]);
      expect(taken.flat()).toMatchObject([{ action: onApprove, number: 7, headSha: first, tries: 1 }]);
    },
  );

  it('is owed nothing by a rejection', async () => {
    const { id, approvalId } = await waiting({ onApprove: 'merge' });
    await decideTask(store, viewerNamed('ada'), id, 'reject');
    expect((await approvalOf(approvalId))?.pullAction).toBeNull();
  });
});
