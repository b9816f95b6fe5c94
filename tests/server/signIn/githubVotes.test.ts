import { describe, expect, it } from 'vitest';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { awaitingPull, head, standingOf } from '../../domain/pulls/support.ts';
import { useDatabase } from '../../support/databases.ts';
import { reviewOf, soon } from '../pulls/support.ts';
import { githubWorld, type Visitor, type WorldSetting } from './githubWorld.ts';

const database = useDatabase('postgres');

/** A task that awaits approval for a pull request of `keeper`, which `ada` has approved on GitHub. */
async function waiting(policy: Partial<ApprovalPolicy>, setting: WorldSetting = {}) {
  await database.truncate();
  const world = await githubWorld(database.config(), { roles: 'acme:approver', ...setting });
  const { github, server, account, browser } = world;
  const signedIn = async (login: string, teams: string[] = []) => {
    const visitor = browser();
    await visitor.signIn(account(login, { teams }));
    return visitor;
  };
  const begin = async (isReviewed = true) => {
    const pull = github.open(head(1), 'keeper');
    if (isReviewed) pull.reviews.push(reviewOf(head(1)));
    const task = await awaitingPull(server.store, policy, { url: pull.html_url });
    await expect.poll(() => standingOf(server.store, task), soon).toMatchObject({ head: head(1) });
    return task;
  };
  const approve = async (visitor: Visitor, { id }: { id: number }) => {
    const { status, text } = await visitor.call(`/agents/tasks/${id}/approve`, 'POST', {});
    return { status, detail: (JSON.parse(text) as { detail?: string }).detail };
  };
  return { ...world, signedIn, begin, approve, standing: standingOf.bind(undefined, server.store) };
}

describe('Somebody who signs in by GitHub and reviews there', () => {
  it('is one vote of two, and somebody else is the second', async () => {
    const { signedIn, begin, approve, standing } = await waiting({ required: 2 });
    const [ada, ben] = [await signedIn('ada'), await signedIn('ben')];
    const task = await begin();
    await expect.poll(() => standing(task), soon).toMatchObject({ voters: ['github:ada'] });
    expect(await approve(ada, task)).toMatchObject({ status: 200 });
    expect(await standing(task)).toMatchObject({ status: 'awaiting_approval', voters: ['github:ada'] });
    expect(await approve(ben, task)).toMatchObject({ status: 200 });
    expect(await standing(task)).toMatchObject({ status: 'succeeded', approver: 'github:ben' });
  });

  it('is one vote also after the account was renamed in between', async () => {
    const { signedIn, begin, approve, standing, account, browser } = await waiting({ required: 2 });
    await signedIn('ada');
    const task = await begin();
    await expect.poll(() => standing(task), soon).toMatchObject({ voters: ['github:ada'] });
    const { id } = account('ada');
    const renamed = browser();
    await renamed.signIn(account('adele', { id }));
    expect(await renamed.viewer()).toMatchObject({ id: 'github:adele' });
    expect(await approve(renamed, task)).toMatchObject({ status: 200 });
    expect(await standing(task)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('may not approve what they wrote, whatever their name is here', async () => {
    const named = { GITHUB_USERS: 'keeper=kim@example.org' };
    for (const [setting, name] of [
      [{}, 'github:keeper'],
      [named, 'kim@example.org'],
    ] as const) {
      const { signedIn, begin, approve, standing } = await waiting({ denySelf: true, required: 2 }, setting);
      const [keeper] = [await signedIn('keeper')];
      const task = await begin();
      const refused = await approve(keeper, task);
      expect(refused.status).toBe(403);
      expect(refused.detail).toContain(`${name} wrote its pull request`);
      expect(await standing(task)).toMatchObject({ status: 'awaiting_approval' });
    }
  });

  it('may not approve what they wrote before the account was renamed', async () => {
    const { account, browser, signedIn, begin, approve } = await waiting({ denySelf: true, required: 2 });
    await signedIn('keeper');
    const task = await begin();
    const { id } = account('keeper');
    const renamed = browser();
    await renamed.signIn(account('warden', { id }));
    const { status, detail } = await approve(renamed, task);
    expect(status).toBe(403);
    expect(detail).toContain('github:warden wrote its pull request');
  });

  it('is named by the login and by the team in a policy, there and here', async () => {
    const policy = { approvers: ['group:acme/release', 'github:Ben'], required: 2 };
    const { signedIn, begin, approve, standing } = await waiting(policy);
    await signedIn('ada', ['acme/release']);
    const [ben, eve] = [await signedIn('ben'), await signedIn('eve')];
    const task = await begin();
    await expect.poll(() => standing(task), soon).toMatchObject({ voters: ['github:ada'] });
    expect((await approve(eve, task)).detail).toContain('only group:acme/release, github:Ben may approve it');
    expect(await approve(ben, task)).toMatchObject({ status: 200 });
    expect(await standing(task)).toMatchObject({ status: 'succeeded' });
  });

  it('approves what is of high risk by a review alone, since GitHub does not say when they proved who they are', async () => {
    const { signedIn, begin, approve, standing } = await waiting({ risk: 'high' });
    const ada = await signedIn('ada');
    const task = await begin(false);
    expect(await approve(ada, task)).toMatchObject({ status: 403 });
    expect(await standing(task)).toMatchObject({ status: 'awaiting_approval' });
    const reviewed = await begin();
    await expect.poll(() => standing(reviewed), soon).toMatchObject({ approver: 'github:ada' });
  });

  it('counts with the review from before the first sign-in, once the pull request is looked at again', async () => {
    const { server, signedIn, begin, standing } = await waiting({ required: 2 });
    const task = await begin();
    await expect
      .poll(async () => (await standing(task)).record, soon)
      .toEqual(['approve refused github:ada']);
    await signedIn('ada');
    await server.store.db.query({ text: 'UPDATE approvals SET pull_checked_at = NULL' });
    await awaitingPull(server.store, {}, { url: 'https://github.com/isle/light/pull/9' });
    await expect.poll(() => standing(task), soon).toMatchObject({ voters: ['github:ada'] });
  });
});
