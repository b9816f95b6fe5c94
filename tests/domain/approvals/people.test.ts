import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { shownInput } from '../../../domain/approvals/shown.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import { HeadMovedError, MayNotDecideError, NotAsShownError } from '../../../domain/input/errors.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';

const link = 'https://github.com/acme/site/pull/7';
const head = 'a'.repeat(40);

describeOnEither('A policy about people', (database) => {
  const store = storeOf(database);
  const ann = viewerNamed('ann@example.org');
  const of = (id: string, kind: Viewer['kind']): Viewer => ({ ...ann, id, kind });
  beforeEach(() => database.truncate());

  /** A task that awaits approval under a policy, for a pull request of github.com. */
  async function awaiting(policy: Partial<ApprovalPolicy>, pull: { head?: string; author?: string } = {}) {
    const input = { task: 'make', runId: 'r', status: 'awaiting_approval' as const, outputsUri: link };
    const { id } = (await createTask(store, everything, input)).task;
    await store.db.query({
      text: 'UPDATE approvals SET policy = policy || $2, pull_head = $3, pull_author = $4, pull_own = true WHERE task_id = $1',
      values: [id, JSON.stringify(policy), pull.head ?? null, pull.author ?? null],
    });
    return id;
  }
  const status = async (id: number) => (await findTask(store.db, id))?.status;

  const policies: Partial<ApprovalPolicy>[] = [
    { required: 2 },
    { denySelf: true },
    { approvers: ['ann@example.org', 'admin', 'local', 'slack', 'github:octocat', 'nightshift'] },
  ];
  const nobodies: [Viewer, RegExp][] = [
    [of('admin', 'shared'), /key that several people may share.*TRUSTED_PROXY.*GITHUB_USERS.*NOTIFY_EMAILS/],
    [of('local', 'shared'), /key that several people may share/],
    [of('github:octocat', 'login'), /Add octocat=their@address to GITHUB_USERS/],
    [of('service:ci', 'service'), /service:ci is a service\. .*TRUSTED_PROXY/],
    [of('slack', 'channel'), /anyone who reads slack/],
    [of('anonymous', 'anonymous'), /not authenticated/],
    [of('nightshift', 'system'), /not a person/],
  ];
  it.each(policies)('counts nobody but people, and says why: %j', async (policy) => {
    const id = await awaiting(policy);
    for (const [viewer, why] of nobodies) {
      const refused = decideTask(store, viewer, id, 'approve');
      await expect(refused).rejects.toThrow(MayNotDecideError);
      await expect(refused).rejects.toThrow(why);
    }
    expect(await status(id)).toBe('awaiting_approval');
    const decided = await decideTask(store, ann, id, 'approve');
    expect(decided.status).toBe(policy.required === 2 ? 'awaiting_approval' : 'succeeded');
  });

  it('lets no key but that of a person approve what is of high risk, though it may reject it', async () => {
    for (const [viewer] of nobodies) {
      const id = await awaiting({ risk: 'high' });
      const refused = decideTask(store, viewer, id, 'approve');
      await expect(refused).rejects.toThrow(/its risk is high, so a person must approve it/);
      if (viewer.kind === 'shared' || viewer.kind === 'service')
        await expect(refused).rejects.toThrow(/sign-in\/issuer\?fresh=1.*key of your own/);
      expect(await decideTask(store, viewer, id, 'reject')).toMatchObject({ status: 'failed' });
    }
  });

  const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;
  const browser = (provedAt: number | undefined) => ({ id: 1, client: 'browser' as const, provedAt });
  it.each<[string, Partial<Viewer>, RegExp | undefined]>([
    ['a key of their own', { proof: 'key' }, undefined],
    ['the proxy', { proof: 'proxy' }, undefined],
    ['a review on GitHub', { proof: 'host' }, undefined],
    ['a link alone', { proof: 'link' }, /the link alone is not enough/],
    ['a sign-in just now', { proof: 'issuer', session: browser(minutesAgo(9)) }, undefined],
    [
      'a sign-in of a while ago',
      { proof: 'issuer', session: browser(minutesAgo(11)) },
      /within the last 10 minutes\. Sign in again: \/sign-in\/issuer\?fresh=1/,
    ],
    [
      'a sign-in at an unknown time',
      { proof: 'issuer', session: browser(undefined) },
      /Sign in again: \/sign-in\/issuer\?fresh=1/,
    ],
    [
      'a sign-in at GitHub',
      { proof: 'github', session: browser(undefined) },
      /GitHub does not prove when you signed in/,
    ],
    [
      'a sign-in of the command line',
      { proof: 'issuer', session: { id: 1, client: 'cli', provedAt: minutesAgo(1) } },
      /sign-in of the command line is not enough/,
    ],
    [
      'a session that their key opened a while ago',
      { proof: 'key', session: browser(minutesAgo(11)) },
      /within the last 10 minutes/,
    ],
  ])('of high risk counts a person by %s as it should', async (_by, more, why) => {
    const id = await awaiting({ risk: 'high' });
    const decided = decideTask(store, { ...ann, ...more }, id, 'approve');
    if (why === undefined) expect(await decided).toMatchObject({ status: 'succeeded' });
    else await expect(decided).rejects.toThrow(why);
  });

  it('names a person by a login that stands for it', async () => {
    const known = storeOf(database, [], { githubUsers: new Map([['octocat', 'ann@example.org']]) });
    const id = await awaiting({ approvers: ['github:Octocat'] });
    await expect(decideTask(known, viewerNamed('eve@example.org'), id, 'approve')).rejects.toThrow('only');
    expect(await decideTask(known, ann, id, 'approve')).toMatchObject({ status: 'succeeded' });
  });

  it('lets a key reject, unless it names who may', async () => {
    const two = await awaiting({ required: 2 });
    expect(await decideTask(store, everything, two, 'reject')).toMatchObject({ status: 'failed' });
    const named = await awaiting({ approvers: ['ann@example.org'] });
    await expect(decideTask(store, everything, named, 'reject')).rejects.toThrow(MayNotDecideError);
  });

  it('with denySelf waits for an author whom the server will hear of, and judges who started the run where it will not', async () => {
    const reach = { host: 'github.com', asks: true, hears: false };
    const githubUsers = new Map([['octocat', 'ann@example.org']]);
    for (const pullReach of [reach, { ...reach, asks: false, hears: true }]) {
      const hearing = storeOf(database, [], { pullReach, githubUsers });
      const id = await awaiting({ denySelf: true });
      await expect(decideTask(hearing, ann, id, 'approve')).rejects.toThrow(/not known yet/);
      await store.db.query({ text: `UPDATE approvals SET pull_author = 'Octocat' WHERE ended_at IS NULL` });
      await expect(decideTask(hearing, ann, id, 'approve')).rejects.toThrow(/wrote its pull request/);
      expect(await decideTask(hearing, viewerNamed('ben@example.org'), id, 'approve')).toMatchObject({
        status: 'succeeded',
      });
    }
    for (const pullReach of [undefined, { ...reach, asks: false }, { ...reach, host: 'ghe.example.org' }]) {
      const deaf = storeOf(database, [], pullReach ? { pullReach } : {});
      const id = await awaiting({ denySelf: true });
      expect(await decideTask(deaf, ann, id, 'approve')).toMatchObject({ status: 'succeeded' });
    }
  });

  it('with denySelf takes the schedule for nobody, and a person who calls in its place for that person', async () => {
    const definition = planDefinition.parse({ name: 'night', steps: [{ task: 'a' }] });
    const due = async (viewer: Viewer, minute: string) => {
      const dueTimes = [`2025-01-15T02:${minute}:00Z`];
      const input = dueTimesInput.parse({ definition, schedule: '* * * * *', dueTimes, catchUp: 'all' });
      await settleDue(store, viewer, input, '2025-01-15T02:00:00Z');
      const { scheduledRuns } = await settleDue(store, viewer, input, dueTimes[0]);
      const [run] = await store.db.query<{ by: string }>({
        text: 'SELECT started_by AS by FROM runs WHERE run_id = $1',
        values: [scheduledRuns[0]?.runId],
      });
      return run?.by;
    };
    expect(await due(of('admin', 'shared'), '01')).toBe('nightshift');
    expect(await due(ann, '02')).toBe('ann@example.org');
    await registerPlan(store.db, everything, definition);
    const { runId } = await startRun(store, ann, { plan: 'night' });
    expect(runId).toBeDefined();
  });

  it('is not approved by time alone, whatever an older plan says', async () => {
    for (const policy of [
      { required: 2 },
      { risk: 'high' as const },
      { denySelf: true },
      { approvers: ['x'] },
    ]) {
      const id = await awaiting({ ...policy, onExpire: 'approve' });
      const text = `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE task_id = $1`;
      await store.db.query({ text, values: [id] });
      await expireApprovals(store);
      expect(await findTask(store.db, id)).toMatchObject({ status: 'failed', approvalState: 'expired' });
      const step = { task: 'a', approval: 'always', policy: { ...policy, onExpire: 'approve' } };
      const definition = planDefinition.parse({ name: 'night', steps: [step] });
      await expect(registerPlan(store.db, everything, definition)).rejects.toThrow(/policy.onExpire/);
    }
  });

  it('does not let anybody decide whom ADMIN_USERS does not list, but for the keys of the server', async () => {
    const listing = storeOf(database, [], { admins: ['ann@example.org'] });
    const others = [
      viewerNamed('eve@example.org'),
      of('github:octocat', 'login'),
      of('slack', 'channel'),
      of('ann@example.org', 'login'),
    ];
    for (const action of ['approve', 'reject', 'cancel'] as const) {
      const id = await awaiting({});
      for (const viewer of others)
        await expect(decideTask(listing, viewer, id, action)).rejects.toThrow(/ADMIN_USERS/);
      await decideTask(
        listing,
        action === 'approve' ? viewerNamed('Ann@example.org') : everything,
        id,
        action,
      );
      expect(await status(id)).not.toBe('awaiting_approval');
    }
  });

  it('decides what was shown: the approval, the link and the head commit', async () => {
    const id = await awaiting({}, { head });
    const decide = (shown: object) => decideTask(store, ann, id, 'approve', shown);
    await expect(decide({ approvalId: 4711 })).rejects.toThrow(NotAsShownError);
    await expect(decide({ expectedOutputsUri: 'https://github.com/acme/site/pull/8' })).rejects.toThrow(link);
    await expect(decide({ expectedOutputsUri: '' })).rejects.toThrow(NotAsShownError);
    await expect(decide({ expectedHeadSha: 'b'.repeat(40) })).rejects.toThrow(HeadMovedError);
    const [approval] = await store.db.query<{ id: number }>({ text: 'SELECT id FROM approvals' });
    const shown = { approvalId: approval?.id, expectedOutputsUri: link, expectedHeadSha: head };
    expect(await decide(shown)).toMatchObject({ status: 'succeeded' });
    const report = await createTask(store, everything, {
      task: 'x',
      runId: 'r',
      status: 'awaiting_approval',
    });
    await expect(
      decideTask(store, ann, report.task.id, 'approve', { expectedHeadSha: head }),
    ).rejects.toThrow('its approval is not about a pull request');
  });

  it('is not decided by who was shown no head commit while one is known', async () => {
    const id = await awaiting({}, { head });
    const none = shownInput.parse({ expectedHeadSha: '' });
    await expect(decideTask(store, ann, id, 'approve', none)).rejects.toThrow(NotAsShownError);
    // What is left out, or null, is not compared.
    expect(await decideTask(store, ann, id, 'approve', { expectedHeadSha: null })).toMatchObject({
      status: 'succeeded',
    });
    const unknown = await awaiting({});
    expect(await decideTask(store, ann, unknown, 'approve', none)).toMatchObject({ status: 'succeeded' });
  });

  it('that merges or labels wants to hear the head commit, where the server can read it', async () => {
    const pullReach = { host: 'github.com', asks: true, hears: false };
    const reading = storeOf(database, [], { pullReach });
    for (const onApprove of ['merge', 'label:fine']) {
      const id = await awaiting({ onApprove });
      await expect(decideTask(reading, ann, id, 'approve')).rejects.toThrow(/not known yet/);
      await expect(decideTask(reading, ann, id, 'approve', { expectedHeadSha: head })).rejects.toThrow(
        /not known yet/,
      );
      await store.db.query({
        text: 'UPDATE approvals SET pull_head = $1 WHERE ended_at IS NULL',
        values: [head],
      });
      await expect(decideTask(reading, ann, id, 'approve')).rejects.toThrow(
        /expected_head_sha.*--expected-head/,
      );
      const older = { approvalState: 'approved' as const };
      await expect(updateTask(reading, ann, id, older)).rejects.toThrow(NotAsShownError);
      await updateTask(reading, ann, id, { ...older, expectedHeadSha: head });
      expect(await status(id)).toBe('succeeded');
    }
    const elsewhere = await awaiting({ onApprove: 'merge' });
    expect(await decideTask(store, ann, elsewhere, 'approve')).toMatchObject({ status: 'succeeded' });
  });
});
