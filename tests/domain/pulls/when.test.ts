import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { applyReview } from '../../../domain/pulls/applyReview.ts';
import type { PullFacts } from '../../../domain/pulls/pull.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import {
  at,
  awaitingPull,
  bot,
  facts,
  head,
  person,
  review,
  reviewers,
  standingOf,
  writer,
} from './support.ts';

const before = '2025-01-15T02:30:59Z';
const own = 'https://github.com/isle/light/pull/7';

describeOnEither('A merge or a close of a pull request', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const tell = (more: Partial<PullFacts> = {}) => applyPull(store, reviewers, facts(more));
  const merged = (more: Partial<PullFacts> = {}) =>
    tell({ state: 'merged', endedBy: person('ada'), updatedAt: at(5), ...more });
  const closed = (more: Partial<PullFacts> = {}) =>
    tell({ state: 'closed', endedBy: writer('ada'), updatedAt: at(5), ...more });

  it.each([
    [
      'was made before the task began to wait',
      {},
      { endedAt: before },
      /was merged by ada before the task began to wait/,
    ],
    [
      'was made by a bot',
      {},
      { endedBy: bot('ship-it[bot]') },
      /merged by ship-it\[bot\], which may not be a person/,
    ],
    ['was made by reviewers whom its host knows', {}, { endedBy: null }, /may not be a person/],
    [
      'was set to come by itself before',
      { isAutomatic: true },
      {},
      /auto-merge that may have been enabled before/,
    ],
    ['came by itself, as its host says only then', {}, { isAutomatic: true, endedAt: 'later' }, /auto-merge/],
  ] as const)('decides nothing when it %s', async (_what, opened, more, why) => {
    await tell();
    await tell({ ...opened, updatedAt: at(1) });
    const task = await awaitingPull(store);
    // What is told again of the time before changes nothing.
    await tell({ updatedAt: at(0) });
    await tell({ updatedAt: at(1) });
    const { endedAt, ...rest } = { endedAt: undefined, ...more } as Partial<PullFacts>;
    await merged({ ...rest, ...(endedAt === before ? { endedAt } : {}) });
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      pull: 'merged',
      record: [],
      remark: expect.stringMatching(why),
    });
    await decideTask(store, viewerNamed('ada'), task.id, 'approve');
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded' });
  });

  it('decides nothing where nobody had seen it open since the attempt began', async () => {
    await tell();
    const task = await awaitingPull(store);
    await database.db().query({ text: `UPDATE pulls SET seen_open_at = now() - interval '1 day'` });
    await merged();
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      remark: expect.stringContaining('never saw it open since'),
    });
    const unseen = await awaitingPull(store, {}, { url: own.replace('7', '8') });
    await merged({ number: 8 });
    expect(await standingOf(store, unseen)).toMatchObject({ status: 'awaiting_approval', pull: 'merged' });
  });

  it('that was known by the report is told with it', async () => {
    await tell();
    await merged({ endedBy: person('agent') });
    const task = await awaitingPull(store);
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      pull: 'merged',
      head: head(1),
      remark: expect.stringContaining(`${own} was merged by agent before the task began to wait`),
    });
    await merged({ updatedAt: at(6) });
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', record: [] });
  });

  it('counts when it was arranged after the wait began', async () => {
    const task = await awaitingPull(store);
    await tell();
    await tell({ isAutomatic: true, updatedAt: at(1) });
    await merged({ isAutomatic: true });
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded', approver: 'github:ada' });
  });

  it('counts when it was seen open while the command ran still', async () => {
    const task = await awaitingPull(store);
    await database.db().query({ text: `UPDATE task_attempts SET started_at = now() - interval '1 hour'` });
    await tell();
    await database.db().query({ text: `UPDATE pulls SET seen_open_at = now() - interval '30 min'` });
    await database.db().query({ text: `UPDATE approvals SET requested_at = now() - interval '10 min'` });
    await merged({ endedAt: new Date(Date.now() - 60_000).toISOString() });
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded' });
  });

  it.each([
    ['somebody who may', 'ada', { approvers: ['github:ada'] }, 'succeeded', ['approve decided github:ada']],
    [
      'somebody who may not',
      'eve',
      { approvers: ['github:ada'] },
      'awaiting_approval',
      ['approve refused github:eve'],
    ],
    ['its author', 'keeper', { denySelf: true }, 'awaiting_approval', []],
    ['its author, who is named', 'keeper', { approvers: ['github:keeper'] }, 'awaiting_approval', []],
    ['its author, of something risky', 'keeper', { risk: 'high' as const }, 'awaiting_approval', []],
    ['its author, as one of two', 'keeper', { required: 2 }, 'awaiting_approval', []],
    ['one of two', 'ada', { required: 2 }, 'awaiting_approval', ['approve voted github:ada']],
  ])('under a policy about people is at most a vote: %s', async (_who, login, policy, status, record) => {
    const task = await awaitingPull(store, policy);
    await tell();
    await merged({ endedBy: person(login) });
    await merged({ endedBy: person(login), updatedAt: at(9) });
    expect(await standingOf(store, task)).toMatchObject({ status, record, pull: 'merged' });
  });

  it.each([
    [
      'the policy',
      {},
      { approvers: ['github:ada'] },
      'eve',
      'only github:ada may approve it, not github:eve',
    ],
    [
      'the policy, whose login nobody has named',
      {},
      { required: 2 },
      'zoe',
      'Add zoe=their@address to GITHUB_USERS',
    ],
    ['ADMIN_USERS', { admins: ['github:ada'] }, {}, 'eve', 'only people in ADMIN_USERS may'],
  ])(
    'that %s refuses says so, to those who watch the task too',
    async (_what, setting, policy, login, why) => {
      const refusing = storeOf(database, [], setting);
      const task = await awaitingPull(refusing, policy);
      await applyPull(refusing, reviewers, facts());
      const heard: number[] = [];
      onTestFinished(refusing.changes.subscribe(({ id }) => void heard.push(id)));
      const ended = facts({ state: 'merged', endedBy: person(login), updatedAt: at(5) });
      for (let time = 0; time < 2; time += 1) await applyPull(refusing, reviewers, ended);
      expect(await standingOf(refusing, task)).toMatchObject({
        status: 'awaiting_approval',
        pull: 'merged',
        record: [`approve refused github:${login}`],
        remark: expect.stringMatching(
          new RegExp(
            `^The pull request was merged by ${login}, but this does not approve the task: .*${why}`,
          ),
        ),
      });
      expect(heard).toEqual([task.id]);
    },
  );

  it('by somebody who has voted already is no second vote, and those who watch the task hear of it', async () => {
    const task = await awaitingPull(store, { required: 2 });
    await tell();
    await decideTask(store, viewerNamed('github:ada'), task.id, 'approve');
    const heard: number[] = [];
    onTestFinished(store.changes.subscribe(({ id }) => void heard.push(id)));
    await merged();
    expect(await standingOf(store, task)).toMatchObject({ pull: 'merged', voters: ['github:ada'] });
    expect(heard).toEqual([task.id]);
  });

  it('by its author says that it is no vote, also where two logins are one person', async () => {
    const both = new Map([...reviewers, ['keeper', 'kim@example.com'], ['kim', 'kim@example.com']]);
    const task = await awaitingPull(store, { approvers: ['kim@example.com'] });
    await applyPull(store, both, facts());
    const ended = { state: 'merged', endedBy: person('kim'), updatedAt: at(5) } as const;
    await applyPull(store, both, facts(ended));
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      record: [],
      remark: expect.stringContaining(
        'The pull request was merged by kim, who wrote it, so this is not a vote',
      ),
    });
  });

  it('of the older time, told once more, is no vote either', async () => {
    const task = await awaitingPull(store, { required: 2 });
    await tell();
    await merged({ endedAt: before });
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', record: [] });
  });

  it.each([
    ['a bot', bot('stale[bot]'), {}],
    ['somebody whose merge would not approve', writer('eve'), { approvers: ['github:ada'] }],
    ['one of two', writer('ada'), { required: 2 }],
    ['its author', writer('keeper'), { denySelf: true }],
    ['its author from a fork', { ...person('keeper'), mayWrite: false }, {}],
    [
      'somebody who is named, and may not write',
      { ...person('ada'), mayWrite: false },
      { approvers: ['github:ada'] },
    ],
    ['somebody of whom nobody knows whether they may write', person('ada'), {}],
  ])('by %s rejects nothing; it is shown, and opening it again undoes it', async (_who, endedBy, policy) => {
    const task = await awaitingPull(store, policy);
    await tell();
    await closed({ endedBy });
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      pull: 'closed',
      record: [],
      remark: expect.stringContaining('closed by'),
    });
    await tell({ updatedAt: at(6) });
    expect(await standingOf(store, task)).toMatchObject({ pull: 'open', remark: null });
  });

  it('by somebody who may write rejects, and one by whoever may not says what to do', async () => {
    const task = await awaitingPull(store);
    await tell();
    await closed({ endedBy: { ...person('keeper'), mayWrite: false } });
    expect((await standingOf(store, task)).remark).toMatch(
      /keeper, who may not write to isle\/light, .* Reject the task here, or reopen/,
    );
    await tell({ updatedAt: at(6) });
    await closed({ endedBy: person('keeper'), updatedAt: at(7) });
    expect((await standingOf(store, task)).remark).toMatch(
      /does not know whether they may write to isle\/light: .*GITHUB_TOKEN/,
    );
    await tell({ updatedAt: at(8) });
    await closed({ updatedAt: at(9) });
    expect(await standingOf(store, task)).toMatchObject({
      status: 'failed',
      approver: 'github:ada',
      record: ['reject decided github:ada'],
    });
  });

  it('by the last of those whom it wants rejects', async () => {
    const task = await awaitingPull(store, { required: 2 });
    await tell();
    await decideTask(store, viewerNamed('ben'), task.id, 'approve');
    await closed();
    expect(await standingOf(store, task)).toMatchObject({ status: 'failed', approver: 'github:ada' });
  });
});

describeOnEither('An old event', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  it('of a review from before the attempt counts nothing, though it is read from the host', async () => {
    const task = await awaitingPull(store, { approvers: ['github:ada'] });
    await applyPull(store, reviewers, facts(), 'read');
    for (const submittedAt of [before, null])
      await applyReview(store, reviewers, facts(), review({ submittedAt }), 'read');
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', record: [] });
    await applyReview(store, reviewers, facts(), review({ id: 2 }), 'read');
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded', approver: 'github:ada' });
  });

  it('of a review that was given while the command ran counts where it is read from the host', async () => {
    const task = await awaitingPull(store);
    await database.db().query({ text: `UPDATE task_attempts SET started_at = now() - interval '1 hour'` });
    const old = review({ submittedAt: new Date(Date.now() - 1_800_000).toISOString() });
    await applyPull(store, reviewers, facts());
    await applyReview(store, reviewers, facts(), old);
    await applyReview(store, reviewers, facts(), {
      ...old,
      id: 2,
      reviewer: person('bob'),
      submittedAt: null,
    });
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', record: [] });
    await applyReview(store, reviewers, facts(), old, 'read');
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded', approver: 'github:ada' });
  });

  it('of a review is old for every approval: what its reviewer said later stands', async () => {
    await awaitingPull(store, { required: 2 });
    await applyPull(store, reviewers, facts());
    await applyReview(store, reviewers, facts(), review());
    await applyReview(store, reviewers, facts(), review({ id: 2, state: 'changes_requested' }));
    await applyReview(store, reviewers, facts(), review({ id: 3, reviewer: person('bob') }));
    await applyReview(
      store,
      reviewers,
      facts(),
      review({ id: 3, reviewer: person('bob'), state: 'dismissed' }),
    );
    const next = await awaitingPull(store);
    await applyReview(store, reviewers, facts(), review());
    await applyReview(store, reviewers, facts(), review({ id: 3, reviewer: person('bob') }));
    expect(await standingOf(store, next)).toMatchObject({ status: 'awaiting_approval', voters: [] });
  });

  it('of a bot’s review is no vote', async () => {
    const task = await awaitingPull(store);
    await applyPull(store, reviewers, facts());
    await applyReview(store, reviewers, facts(), review({ reviewer: bot('review[bot]') }));
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', record: [] });
  });
});
