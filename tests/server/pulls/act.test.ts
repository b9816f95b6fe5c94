import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { freeze, thaw } from '../../../domain/freeze/freeze.ts';
import { createLog } from '../../../server/log.ts';
import { carryOutActions } from '../../../server/pulls/act.ts';
import { awaitingPull, head } from '../../domain/pulls/support.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { type StoredPull, userNamed } from './githubServer.ts';
import { soon, type Watching, watching } from './support.ts';

describeOnEither('What an approval brings about', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada');
  beforeEach(() => database.truncate());

  /** Brings a task to wait for a pull request whose head is known, and approves it. */
  async function approve({ begin, standing }: Watching, pull: StoredPull, onApprove = 'merge') {
    const task = await begin(pull, { onApprove });
    await expect.poll(() => standing(task), soon).toMatchObject({ head: pull.head.sha });
    await decideTask(store, ada, task.id, 'approve');
    return task;
  }
  const changes = ({ github }: Watching) => github.requests.filter((one) => !one.startsWith('GET'));
  const ended = { state: expect.stringMatching(/done|failed/) };

  it('is a merge of the commit that was approved, at once', async () => {
    const watched = await watching(store, { tickMs: 60_000 });
    const pull = watched.github.open(head(1));
    const task = await approve(watched, pull);
    await expect
      .poll(() => watched.action(task), soon)
      .toEqual({ action: 'merge', state: 'done', error: null });
    expect(pull).toMatchObject({ state: 'closed', merged_by: { login: 'nightshift[bot]' } });
    expect(await watched.standing(task)).toMatchObject({ status: 'succeeded', approver: 'ada' });
  });

  it('waits while the server is frozen, and happens once when it is thawed, whoever of several does it', async () => {
    const watched = await watching(store, { tickMs: 60_000 });
    watched.watch();
    const [merged, labelled] = [watched.github.open(head(1)), watched.github.open(head(2))];
    const first = await watched.begin(merged, { onApprove: 'merge' });
    const second = await watched.begin(labelled, { onApprove: 'label:ready' });
    for (const task of [first, second])
      await expect.poll(() => watched.standing(task), soon).toMatchObject({ head: expect.any(String) });
    await freeze(store, ada, { why: 'an incident' });
    for (const { id } of [first, second]) await decideTask(store, ada, id, 'approve');
    // Without GitHub what is taken has failed.
    await carryOutActions(store, undefined, createLog('silent'));
    expect([await watched.action(first), await watched.action(second)]).toMatchObject([
      { state: 'owed', error: null },
      { state: 'owed', error: null },
    ]);
    expect(changes(watched)).toEqual([]);
    await thaw(store, ada);
    for (const task of [first, second])
      await expect.poll(() => watched.action(task), soon).toMatchObject({ state: 'done' });
    expect(changes(watched).sort()).toEqual(['POST /issues/2/labels', 'PUT /pulls/1/merge']);
  });

  it('is a label, whatever is in its name', async () => {
    const watched = await watching(store);
    const pull = watched.github.open(head(1));
    const task = await approve(watched, pull, 'label:ready: "ship it" 🚢');
    await expect.poll(() => watched.action(task), soon).toMatchObject({ state: 'done' });
    expect(pull).toMatchObject({ state: 'open', labels: ['ready: "ship it" 🚢'] });
  });

  it('comes of a time that approves as well, and neither of a merge nor of a rejection', async () => {
    const watched = await watching(store, { checkEveryMs: 100 });
    const { github, begin, standing, action } = watched;
    const [late, merged, rejected] = [github.open(head(1)), github.open(head(2)), github.open(head(3))];
    const expired = await begin(late, { onApprove: 'merge', onExpire: 'approve' });
    await expect.poll(() => standing(expired), soon).toMatchObject({ head: head(1) });
    await database.db().query({ text: `UPDATE approvals SET expires_at = now() - interval '1 s'` });
    await expireApprovals(store);
    await expect.poll(() => action(expired), soon).toMatchObject({ state: 'done' });
    const other = await begin(merged, { onApprove: 'label:x' });
    await expect.poll(() => standing(other), soon).toMatchObject({ head: head(2) });
    github.change(merged, { state: 'closed', merged_at: 'now', merged_by: userNamed('kim') });
    await expect.poll(() => standing(other), soon).toMatchObject({ status: 'succeeded' });
    const no = await begin(rejected, { onApprove: 'label:x' });
    await decideTask(store, ada, no.id, 'reject');
    expect([await action(other), await action(no)]).toEqual([null, null]);
    expect(changes(watched)).toEqual(['PUT /pulls/1/merge']);
  });

  it('takes another way to merge where the repository does not allow the first', async () => {
    const watched = await watching(store);
    watched.github.forbidden = new Set(['merge', 'squash']);
    const task = await approve(watched, watched.github.open(head(1)));
    await expect.poll(() => watched.action(task), soon).toMatchObject({ state: 'done' });
    expect(changes(watched)).toHaveLength(3);
    watched.github.forbidden.add('rebase');
    const next = await approve(watched, watched.github.open(head(2)));
    await expect
      .poll(() => watched.action(next), soon)
      .toMatchObject({
        state: 'owed',
        error: expect.stringContaining('Rebase merges are not allowed'),
      });
  });

  it.each([
    [
      'has another head by then',
      { head: { sha: head(9) } },
      /It is now at 0{39}9, not at the approved commit 0{39}1/,
    ],
    ['was closed', { state: 'closed' as const }, /It was closed without being merged\. Merge it by hand/],
  ])('is no merge of one that %s, and says so', async (_what, change, why) => {
    const watched = await watching(store, { tickMs: 60_000 });
    const { github, begin, standing, action } = watched;
    const pull = github.open(head(1));
    const task = await begin(pull, { onApprove: 'merge' });
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1) });
    github.change(pull, change);
    await decideTask(store, ada, task.id, 'approve');
    await expect
      .poll(() => action(task), soon)
      .toMatchObject({ state: 'failed', error: expect.stringMatching(why) });
    expect(changes(watched)).toEqual([]);
  });

  it('is no merge of a push that comes between the look and the merge', async () => {
    const watched = await watching(store);
    const pull = watched.github.open(head(1));
    watched.github.fail = (name) => {
      if (name.startsWith('PUT')) watched.github.change(pull, { head: { sha: head(2) } });
      return undefined;
    };
    const task = await approve(watched, pull);
    await expect
      .poll(() => watched.action(task), soon)
      .toMatchObject({
        state: 'failed',
        error: expect.stringContaining('409: Head branch was modified'),
      });
    expect(pull.merged_at).toBeNull();
  });

  it('is no merge of a commit that nobody knew when it was approved', async () => {
    const watched = await watching(store, { tickMs: 60_000 });
    const pull = watched.github.open(head(1));
    // Away, not refused: of what it may not read nothing would be owed.
    watched.github.fail = (name) => (name.endsWith('/reviews') ? { status: 502 } : undefined);
    const task = await watched.begin(pull, { onApprove: 'merge' });
    await decideTask(store, ada, task.id, 'approve');
    await expect
      .poll(() => watched.action(task), soon)
      .toMatchObject({
        state: 'failed',
        error: expect.stringContaining('unknown when it was approved'),
      });
    expect(changes(watched)).toEqual([]);
  });

  it('is tried again when GitHub is away or refuses, with the reason in sight, and is over after six tries', async () => {
    const watched = await watching(store);
    const pull = watched.github.open(head(1));
    let status = 502;
    watched.github.fail = (name) =>
      name.startsWith('PUT') && status > 0 ? { status, message: 'not now' } : undefined;
    const task = await approve(watched, pull);
    const retry = () => database.db().query({ text: `UPDATE approvals SET pull_action_at = now()` });
    const tries = () =>
      database.db().query<{ tries: number }>({ text: 'SELECT pull_action_tries AS tries FROM approvals' });
    for (const [index, next] of [502, 405, 403, 404, 0, 500].entries()) {
      await expect.poll(tries, soon).toMatchObject([{ tries: index + 1 }]);
      const state = index === 5 ? 'failed' : 'owed';
      expect(await watched.action(task)).toMatchObject({ state, error: expect.any(String) });
      if (index === 0) expect((await watched.action(task))?.error).toBe('GitHub answered 502: not now.');
      status = next === 0 ? 401 : next;
      await retry();
    }
    expect((await watched.action(task))?.error).toMatch(/Merge it by hand\.$/);
  });

  it.each([
    ['is not mergeable', 'Pull Request is not mergeable'],
    ['is for the merge queue', 'Changes must be made through the merge queue'],
  ])('is told at once where it %s, and not tried for hours', async (_what, message) => {
    const watched = await watching(store);
    watched.github.fail = (name) => (name.startsWith('PUT') ? { status: 405, message } : undefined);
    const task = await approve(watched, watched.github.open(head(1)));
    await expect
      .poll(() => watched.action(task), soon)
      .toMatchObject({ state: 'failed', error: expect.stringMatching(`${message}. Merge it by hand`) });
    expect(changes(watched)).toHaveLength(1);
  });

  it('is nothing at a pull request of another repository, or of one that the server does not list', async () => {
    const watched = await watching(store, { tickMs: 60_000 });
    const pull = watched.github.open(head(1));
    const origin = `http://${watched.github.host}/isle/lamp.git`;
    const foreign = await awaitingPull(store, { onApprove: 'merge' }, { url: pull.html_url, origin });
    await decideTask(store, ada, foreign.id, 'approve');
    expect(await watched.action(foreign)).toBeNull();
    await database.truncate();
    const own = await watched.begin(pull, { onApprove: 'merge' });
    const { hosts } = store.github ?? { hosts: [] };
    Object.assign(store, { github: { hosts, repositories: ['github.com/acme/site'] } });
    await decideTask(store, ada, own.id, 'approve');
    await expect
      .poll(() => watched.action(own), soon)
      .toMatchObject({ state: 'failed', error: expect.stringContaining('GITHUB_REPOSITORIES') });
    expect(changes(watched)).toEqual([]);
  });

  it('waits for the end of a limit, which costs no try', async () => {
    const watched = await watching(store);
    const pull = watched.github.open(head(1));
    watched.github.fail = (name) =>
      name.startsWith('PUT') ? { status: 429, headers: { 'retry-after': '1' } } : undefined;
    const task = await approve(watched, pull);
    await expect
      .poll(() => watched.action(task), soon)
      .toMatchObject({ error: expect.stringContaining('429') });
    watched.github.fail = () => undefined;
    await database.db().query({ text: `UPDATE approvals SET pull_action_at = now()` });
    await expect.poll(() => watched.action(task), soon).toMatchObject({ state: 'done', error: null });
  });

  it('without a token has failed, and says what to do; the task succeeds all the same', async () => {
    const { github, begin, action, standing } = await watching(store, { token: null });
    const task = await begin(github.open(head(1)), { onApprove: 'label:x' });
    await decideTask(store, ada, task.id, 'approve');
    await expect
      .poll(() => action(task), soon)
      .toEqual({
        action: 'label:x',
        state: 'failed',
        error:
          'GITHUB_TOKEN is not set on the server, and no GitHub App. Set one with write access. Label it by hand.',
      });
    expect(await standing(task)).toMatchObject({ status: 'succeeded', after: 'released' });
    expect(github.requests).toEqual([]);
  });

  it('happens once, however many replicas there are, and when an answer is lost', async () => {
    const watched = await watching(store);
    for (let replica = 0; replica < 3; replica += 1) watched.watch();
    const pulls = Array.from({ length: 8 }, (_, index) => watched.github.open(head(index + 1)));
    const tasks = [];
    for (const pull of pulls) tasks.push(await approve(watched, pull));
    for (const task of tasks)
      await expect.poll(() => watched.action(task), soon).toMatchObject({ state: 'done' });
    expect(changes(watched).sort()).toEqual(pulls.map(({ number }) => `PUT /pulls/${number}/merge`).sort());
    const lost = watched.github.open(head(20));
    watched.github.fail = (name) => (name.startsWith('PUT') ? { status: 0, done: true } : undefined);
    const task = await approve(watched, lost);
    await expect.poll(() => watched.action(task), soon).toMatchObject({ error: expect.any(String) });
    await database
      .db()
      .query({ text: `UPDATE approvals SET pull_action_at = now() WHERE pull_action_state = 'owed'` });
    await expect.poll(() => watched.action(task), soon).toMatchObject(ended);
    expect(await watched.action(task)).toMatchObject({ state: 'done' });
  });
});
