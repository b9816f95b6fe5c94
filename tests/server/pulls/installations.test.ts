import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createOutbound } from '../../../channels/outbound/outbound.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { readServerConfig } from '../../../server/config.ts';
import { openGithubApi } from '../../../server/pulls/api.ts';
import { openInstallations } from '../../../server/pulls/installations.ts';
import { accessOf, reachOf } from '../../../server/pulls/reach.ts';
import { head } from '../../domain/pulls/support.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { startGithub } from './githubServer.ts';
import { installApp, soon, watching } from './support.ts';

const light = { owner: 'isle', repo: 'light' };

async function opened(change: { appId?: string; send?: typeof fetch } = {}) {
  const github = await startGithub();
  onTestFinished(() => github.close());
  const key = installApp(github);
  const tokens = openInstallations({ ...key, apiUrl: github.apiUrl, send: fetch, ...change });
  return { github, accounts: github.accounts, tokens };
}

describe('The tokens of the installations of a GitHub App', () => {
  it('are made once for each owner, whoever asks at once', async () => {
    const { accounts, tokens } = await opened();
    accounts.installations.set('reef', 701);
    const asked = [light, { owner: 'Isle', repo: 'dark' }, light, { owner: 'reef', repo: 'x' }];
    expect(await Promise.all(asked.map((one) => tokens.tokenFor(one)))).toEqual([
      'ghs_700_1',
      'ghs_700_1',
      'ghs_700_1',
      expect.stringMatching(/^ghs_701_/),
    ]);
    expect(await tokens.tokenFor(light)).toBe('ghs_700_1');
    expect(accounts.made.filter((id) => id === 700)).toHaveLength(1);
  });

  it('are renewed before they end, and when GitHub takes one no more', async () => {
    const { accounts, tokens } = await opened();
    accounts.installationMs = 240_000;
    expect(await tokens.tokenFor(light)).toBe('ghs_700_1');
    accounts.installationMs = 3_600_000;
    expect(await tokens.tokenFor(light)).toBe('ghs_700_2');
    expect(await tokens.tokenFor(light)).toBe('ghs_700_2');
    accounts.installations.set('isle', 702);
    expect(await tokens.tokenFor(light, 'ghs_700_2')).toBe('ghs_702_3');
  });

  it('are missing where the App is not installed, which says what to do, until it is', async () => {
    const { accounts, tokens } = await opened();
    accounts.installations.clear();
    await expect(tokens.tokenFor(light)).rejects.toMatchObject({
      name: 'GithubError',
      status: 404,
      message: expect.stringContaining('The GitHub App is not installed for isle/light. Install it there'),
    });
    accounts.installations.set('isle', 700);
    expect(await tokens.tokenFor(light)).toBe('ghs_700_1');
  });

  it('are none for another key, while GitHub is away, and where it may not be reached', async () => {
    const other = await opened({ appId: '13' });
    await expect(other.tokens.tokenFor(light)).rejects.toMatchObject({
      name: 'GithubAwayError',
      message: expect.stringContaining('Check GITHUB_APP_ID, GITHUB_APP_KEY_FILE'),
    });
    const { github, tokens } = await opened();
    github.fail = () => ({ status: 503 });
    await expect(tokens.tokenFor(light)).rejects.toMatchObject({ name: 'GithubAwayError', status: 503 });
    github.fail = () => ({
      status: 403,
      message: 'API rate limit exceeded',
      headers: { 'retry-after': '70' },
    });
    await expect(tokens.tokenFor(light)).rejects.toMatchObject({ name: 'GithubAwayError', pauseMs: 70_000 });
    github.fail = () => ({ status: 0 });
    await expect(tokens.tokenFor(light)).rejects.toThrow('GitHub could not be reached');
    const guarded = await opened({ send: createOutbound([]).fetch as typeof fetch });
    await expect(guarded.tokens.tokenFor(light)).rejects.toThrow(/GITHUB_API_URL .*OUTBOUND_ALLOW/);
  });
});

it('A server with the key of an App asks as the App, whatever GITHUB_TOKEN is', async () => {
  const { github, accounts } = await opened();
  const { appId, privateKey } = installApp(github);
  const config = readServerConfig({
    GITHUB_API_URL: github.apiUrl,
    GITHUB_APP_ID: appId,
    GITHUB_APP_KEY: privateKey,
    GITHUB_TOKEN: 'ghp_token',
  });
  expect(reachOf(config)).toMatchObject({ asks: true });
  const access = accessOf(config, fetch);
  if (access === undefined) throw new Error('It does not ask.');
  await expect(openGithubApi(access).of(light).get('/repos/isle/light/pulls/9')).rejects.toThrow('404');
  expect([[...github.tokens], accounts.made]).toEqual([['Bearer ghs_700_1'], [700]]);
});

describeOnEither('The watch over pull requests as a GitHub App', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  it('reads and labels with the token of the owner', async () => {
    const { github, begin, standing, action } = await watching(store, { app: true });
    const pull = github.open(head(1));
    const task = await begin(pull, { onApprove: 'label:approved' });
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1), pull: 'open' });
    await decideTask(store, viewerNamed('ada'), task.id, 'approve', { expectedHeadSha: head(1) });
    await expect.poll(() => action(task), soon).toMatchObject({ state: 'done' });
    expect(pull.labels).toEqual(['approved']);
    expect([...github.tokens]).toEqual(['Bearer ghs_700_1']);
  });

  it('goes on with another token when the App was installed anew', async () => {
    const { github, begin, standing } = await watching(store, { app: true, checkEveryMs: 50 });
    const pull = github.open(head(1));
    const task = await begin(pull);
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1) });
    const first = [...github.tokens];
    github.fail = (request) =>
      request.startsWith('GET /pulls') && !github.accounts.made.includes(702)
        ? { status: 401, message: 'Bad credentials' }
        : undefined;
    github.accounts.installations.set('isle', 702);
    github.change(pull, { head: { sha: head(2) } });
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(2) });
    expect([...github.tokens].filter((one) => !first.includes(one))).toEqual(['Bearer ghs_702_2']);
  });

  it('says with the task where the App is not installed, and what to do', async () => {
    const { github, begin } = await watching(store, { app: true });
    github.accounts.installations.clear();
    const { id } = await begin(github.open(head(1)));
    await expect
      .poll(async () => (await readApprovals(store.db, [id]))[0]?.remark, soon)
      .toContain('The GitHub App is not installed for isle/light. Install it there');
  });
});
