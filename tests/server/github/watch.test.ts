import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { findApproval } from '../../../domain/approvals/read.ts';
import { createTask } from '../../../domain/tasks/create.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { watchPulls } from '../../../server/github/watch.ts';
import { createLog } from '../../../server/log.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { type LocalGithub, startLocalGithub } from './localGithub.ts';

const users = new Map([['octocat', 'ann@example.org']]);

describeOnBoth('The watch of pull requests', (database) => {
  const store = storeOf(database);
  const logged: string[] = [];
  const log = createLog('info', { write: (line) => logged.push(line) });
  beforeEach(async () => {
    logged.length = 0;
    await database.truncate();
  });

  async function waiting(outputsUri: string, policy: object = {}) {
    const { task } = await createTask(store, everything, {
      ...{ task: 'makes', runId: 'r', status: 'awaiting_approval', outputsUri },
    });
    const [approval] = await store.db.query<{ id: number }>({
      text: 'UPDATE approvals SET policy = policy || $2 WHERE task_id = $1 RETURNING id',
      values: [task.id, JSON.stringify(policy)],
    });
    return { id: task.id, approvalId: approval?.id ?? 0 };
  }
  /** Two replicas that watch, or one without a token. */
  function watch(github: LocalGithub | undefined, checkEveryMs = 30) {
    const access = github && { token: 'token', apiUrl: github.url, send: fetch };
    for (let replica = 0; replica < 2; replica += 1) {
      const watching = watchPulls(store, { ...{ github: access, users, checkEveryMs, log }, tickMs: 20 });
      onTestFinished(() => watching.stop());
    }
  }
  const review = (id: number, more: object = {}) => ({
    ...{ id, state: 'APPROVED', commit_id: 'a'.repeat(40), author_association: 'MEMBER' },
    ...{ user: { login: 'octocat' }, submitted_at: '2025-01-15T02:31:00Z', ...more },
  });
  const stands = (id: number, expected: object) =>
    vi.waitFor(async () => expect(await findTask(store.db, id)).toMatchObject(expected), 10_000);

  it('hears the head of a new one, its reviews on every page, and its merge', async () => {
    const github = await startLocalGithub();
    github.reviews.push(
      review(1, { state: 'COMMENTED' }),
      review(2),
      review(3, { user: { login: 'hubber' } }),
    );
    const { id, approvalId } = await waiting(github.pullUrl, { required: 3 });
    watch(github);
    await vi.waitFor(async () => {
      const approval = await findApproval(store.db, approvalId);
      expect(approval).toMatchObject({ voters: ['ann@example.org', 'github:hubber'] });
      expect(approval?.pullRequest).toMatchObject({ headSha: 'a'.repeat(40), author: 'bot' });
    }, 10_000);
    Object.assign(github.pull, {
      ...{ state: 'closed', merged: true, merged_at: '2025-01-15T02:40:00Z' },
      ...{ merged_by: { login: 'octocat' }, updated_at: '2025-01-15T02:40:00Z' },
    });
    await stands(id, { status: 'succeeded', approver: 'ann@example.org' });
    const votes = await store.db.query({ text: `SELECT 1 FROM decisions WHERE outcome <> 'repeated'` });
    expect(votes).toHaveLength(3);
  });

  it('rejects as whoever closed one', async () => {
    const github = await startLocalGithub();
    const { id } = await waiting(github.pullUrl);
    github.pull.state = 'closed';
    watch(github);
    await stands(id, { status: 'failed', approver: 'github:closer' });
  });

  it('looks once however many replicas there are, and not at what another server has', async () => {
    const github = await startLocalGithub();
    await waiting(github.pullUrl);
    await waiting('https://github.com/acme/site/pull/7');
    watch(github, 60_000);
    await vi.waitFor(() => expect(github.requests.length).toBeGreaterThanOrEqual(2), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(github.requests).toHaveLength(2);
  });

  it('leaves GitHub alone for as long as a rate limit says', async () => {
    const github = await startLocalGithub();
    const reset = String(Math.floor(Date.now() / 1000) + 3600);
    github.refusal = { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } };
    const { id } = await waiting(github.pullUrl);
    watch(github);
    await vi.waitFor(() => expect(logged.length).toBeGreaterThan(0), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(github.requests.length).toBeLessThanOrEqual(2);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it.each([
    ['merge', (github: LocalGithub) => expect(github.pull.merged).toBe(true)],
    ['label:fine', (github: LocalGithub) => expect(github.labels).toEqual(['fine'])],
  ] as const)('carries out %s once after an approval', async (onApprove, happened) => {
    const github = await startLocalGithub();
    const { id, approvalId } = await waiting(github.pullUrl, { onApprove });
    watch(github, 60_000);
    await vi.waitFor(async () =>
      expect((await findApproval(store.db, approvalId))?.pullRequest?.headSha).toBe('a'.repeat(40)),
    );
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    await vi.waitFor(async () => {
      expect((await findApproval(store.db, approvalId))?.pullAction).toMatchObject({
        state: 'done',
        error: null,
      });
    }, 10_000);
    happened(github);
    expect(github.requests.filter((one) => !one.startsWith('GET'))).toHaveLength(1);
  });

  it('merges nothing but the commit that was approved', async () => {
    const github = await startLocalGithub();
    const { id, approvalId } = await waiting(github.pullUrl, { onApprove: 'merge' });
    await store.db.query({ text: `UPDATE approvals SET pull_head = $1`, values: ['f'.repeat(40)] });
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    watch(github, 60_000);
    await vi.waitFor(async () => {
      const approval = await findApproval(store.db, approvalId);
      expect(approval?.pullAction).toMatchObject({ state: 'failed', error: expect.stringContaining('409') });
    }, 10_000);
    expect(github.pull.merged).toBe(false);
  });

  it('tries again when GitHub is away, and says what is missing without a token', async () => {
    const github = await startLocalGithub();
    github.refusal = { status: 502 };
    const away = await waiting(github.pullUrl, { onApprove: 'merge' });
    await decideTask(store, viewerNamed('ada'), away.id, 'approve');
    watch(github);
    await vi.waitFor(async () => {
      const approval = await findApproval(store.db, away.approvalId);
      expect(approval?.pullAction).toMatchObject({ state: 'owed', error: expect.stringContaining('502') });
    }, 10_000);
    github.refusal = undefined;
    await store.db.query({ text: 'UPDATE approvals SET pull_action_at = now()' });
    await vi.waitFor(
      async () => expect((await findApproval(store.db, away.approvalId))?.pullAction?.state).toBe('done'),
      10_000,
    );
  });

  it('without a token says so where an approval wants something of GitHub', async () => {
    const { id, approvalId } = await waiting('https://github.com/acme/site/pull/7', { onApprove: 'merge' });
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    watch(undefined);
    await vi.waitFor(async () => {
      const approval = await findApproval(store.db, approvalId);
      expect(approval?.pullAction).toMatchObject({
        state: 'failed',
        error: expect.stringContaining('GITHUB_TOKEN'),
      });
    }, 10_000);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded' });
  });
});
