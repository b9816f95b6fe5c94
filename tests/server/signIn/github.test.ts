import { describe, expect, it } from 'vitest';
import { isClosed } from '../../../domain/access/closed.ts';
import type { Decision } from '../../../domain/approvals/record.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { githubWorld, type Seen, type WorldSetting } from './githubWorld.ts';

const database = useDatabase('postgres');
const world = async (setting?: WorldSetting) => {
  await database.truncate();
  return githubWorld(database.config(), setting);
};

/** What the record says of sign-ins, the latest first. */
const recorded = () =>
  database.db().query<Pick<Decision, 'outcome' | 'viewer' | 'refusal' | 'proof'>>({
    text: `SELECT outcome, viewer_name(viewer) AS viewer, note, refusal, proof FROM decisions WHERE action = 'sign_in' ORDER BY id DESC`,
  });

const isPage = ({ headers, text }: Seen, title: string) => {
  expect(headers.get('content-type')).toContain('text/html');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(text).toContain(`<h1>${title}</h1>`);
};

describe('Signing in by GitHub', () => {
  it('makes a person of the role and the groups of their teams, and drops the token', async () => {
    const { github, account, browser, server } = await world();
    const ann = account('Ann', { teams: ['acme/release', 'other/team'] });
    const visitor = browser();
    expect((await visitor.open(`${server.url}/agents/tasks/`)).status).toBe(401);
    await visitor.signIn(ann);
    expect(await visitor.viewer()).toEqual({
      id: 'github:Ann',
      kind: 'PERSON',
      scopes: ['READ', 'APPROVE'],
      groups: ['acme/release'],
    });
    await expect.poll(() => github.accounts.dropped.length).toBe(1);
    expect(github.accounts.tokens.size).toBe(0);
    expect(await recorded()).toEqual([
      { outcome: 'done', viewer: 'github:Ann', note: 'browser', refusal: null, proof: 'github' },
    ]);
  });

  it('goes by the rules of logins, organisations and teams, and of projects', async () => {
    const { account, browser } = await world({
      roles: 'ann:admin, acme/site:approver@site, acme:viewer',
    });
    const scopesOf = async (login: string, teams: string[]) => {
      const visitor = browser();
      await visitor.signIn(account(login, { teams }));
      return ((await visitor.viewer()) as { scopes: string[] }).scopes;
    };
    expect(await scopesOf('Ann', [])).toContain('ADMIN');
    expect(await scopesOf('ben', [])).toEqual(['READ']);
    expect(await scopesOf('kim', ['acme/site'])).toEqual(['READ', 'APPROVE']);
  });

  it('finds a team on the second page', async () => {
    const { github, account, browser } = await world();
    github.accounts.pageSize = 2;
    const visitor = browser();
    await visitor.signIn(account('ann', { teams: ['acme/a', 'acme/b', 'acme/release'] }));
    expect(await visitor.viewer()).toMatchObject({ groups: ['acme/a', 'acme/b', 'acme/release'] });
  });

  it('is the person whom the settings map the login to', async () => {
    const { account, browser } = await world({ GITHUB_USERS: 'ann=ann@example.org' });
    const visitor = browser();
    await visitor.signIn(account('Ann'));
    expect(await visitor.viewer()).toMatchObject({ id: 'ann@example.org' });
  });

  it('keeps its person when the account is renamed, whose sessions have the new name', async () => {
    const { account, browser, server } = await world();
    const [first, second] = [browser(), browser()];
    const ann = account('ann');
    await first.signIn(ann);
    await second.signIn(account('annie', { id: ann.id }));
    expect(await second.viewer()).toMatchObject({ id: 'github:annie' });
    await server.store.onKeysChanged?.();
    expect(await first.viewer()).toMatchObject({ id: 'github:annie' });
    expect(await database.db().query<object>({ text: 'SELECT label FROM people' })).toEqual([
      { label: 'github:annie' },
    ]);
  });

  it.each([
    ['somebody whom no rule lets in', { organisations: [] }, true],
    ['members of an organisation that has not installed the App', { organisations: ['acme'] }, false],
  ])('refuses %s, makes no person, and says what to do', async (_who, more, isInstalled) => {
    const { github, account, browser } = await world();
    if (!isInstalled) github.accounts.installed.clear();
    const visitor = browser();
    const seen = await visitor.signIn(account('eve', more));
    expect(seen.status).toBe(403);
    isPage(seen, 'You may not sign in');
    expect(seen.text).toContain('Ask an admin to give you one');
    expect(seen.text).toContain('its owner must install the GitHub App there');
    expect(await visitor.viewer()).toMatchObject({ id: 'anonymous' });
    expect(await database.db().query<object>({ text: 'SELECT 1 FROM people' })).toEqual([]);
    expect(await recorded()).toMatchObject([
      { outcome: 'refused', viewer: 'anonymous', note: '"github:eve"', proof: 'github' },
    ]);
  });

  it('lets in by login alone where the App may not read members', async () => {
    const { github, account, browser } = await world({ roles: 'ann:operator, ben:viewer' });
    github.accounts.readsMembers = false;
    const visitor = browser();
    await visitor.signIn(account('ann'));
    expect(await visitor.viewer()).toMatchObject({ id: 'github:ann', groups: [] });
  });

  it('counts each answer once, in the browser that began, with its own state', async () => {
    const { account, browser } = await world();
    const ann = account('ann');
    const [own, another] = [browser(), browser()];
    const { allow } = await own.begin(ann);
    await another.begin(ann);
    const elsewhere = await another.open(allow);
    isPage(elsewhere, 'This sign-in is over');
    const without = await browser().open(allow);
    isPage(without, 'This browser has not begun to sign in');
    const wrong = new URL(allow);
    wrong.searchParams.set('state', 'another-state');
    isPage(await own.open(wrong.href), 'This sign-in is over');
    expect((await own.open(allow)).status).toBe(200);
    const again = await own.open(allow);
    isPage(again, 'This sign-in is over');
    expect([elsewhere.status, without.status, again.status]).toEqual([403, 403, 403]);
    expect((await recorded()).filter(({ outcome }) => outcome === 'refused')).toHaveLength(4);
  });

  it.each([
    '',
    '?state=%00&code=%00',
    '?state=%ED%A0%80',
    `?state=${'x'.repeat(5000)}`,
    '?code=a&code=b',
    '?error=%3Cscript%3E',
  ])('refuses what is no answer of GitHub: %#', async (query) => {
    const { account, browser, server } = await world();
    const visitor = browser();
    await visitor.begin(account('ann'));
    const seen = await visitor.open(`${server.url}/sign-in/github/callback${query}`);
    expect(seen.status).toBe(403);
    isPage(seen, 'This sign-in is over');
  });

  it('shows what GitHub answers as text', async () => {
    const { account, browser } = await world();
    const visitor = browser();
    const denied = new URL((await visitor.begin(account('ann'))).deny);
    denied.searchParams.set('error', '<script>alert(1)</script>\0');
    const seen = await visitor.open(denied.href);
    expect(seen.status).toBe(403);
    expect(seen.text).not.toContain('<script>alert');
  });

  it('takes no code of a sign-in that somebody else began', async () => {
    const { account, browser } = await world();
    const [own, another] = [browser(), browser()];
    const { allow: foreign } = await another.begin(account('eve'));
    const mixed = new URL((await own.begin(account('ann'))).allow);
    mixed.searchParams.set('code', new URL(foreign).searchParams.get('code') ?? '');
    const seen = await own.open(mixed.href);
    isPage(seen, 'This sign-in is over');
    expect(seen.text).toContain('GitHub does not accept the code any more');
  });

  it('is over after ten minutes', async () => {
    const { account, browser } = await world();
    const visitor = browser();
    const { allow } = await visitor.begin(account('ann'));
    await database.db().query({ text: `UPDATE sign_ins SET expires_at = now() - interval '1 second'` });
    isPage(await visitor.open(allow), 'This sign-in took too long');
  });

  it('says so on a page when its user does not allow it, or GitHub is away', async () => {
    const { github, account, browser } = await world();
    const visitor = browser();
    const denied = await visitor.open((await visitor.begin(account('ann'))).deny);
    isPage(denied, 'GitHub did not sign you in');
    expect(denied.text).toContain('You did not let Nightshift know who you are');
    expect(denied.text).toContain('Sign in again</a>');
    const { allow } = await visitor.begin(account('ann'));
    github.fail = () => ({ status: 502 });
    const away = await visitor.open(allow);
    expect([denied.status, away.status]).toEqual([403, 503]);
    isPage(away, 'GitHub does not answer');
    github.fail = () => undefined;
    github.accounts.clientSecret = 'another';
    const { allow: next } = await visitor.begin(account('ann'));
    isPage(await visitor.open(next), 'GitHub does not accept this server');
  });

  it('begins a limited number of times a minute from one network', async () => {
    const { browser, server } = await world();
    const statuses = [];
    for (let index = 0; index < 125; index += 1)
      statuses.push((await browser().open(`${server.url}/sign-in/github`)).status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const last = await browser().open(`${server.url}/sign-in/github`);
    isPage(last, 'Too many attempts');
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(
      await database.db().query<object>({ text: 'SELECT count(*)::int AS begun FROM sign_ins' }),
    ).toEqual([{ begun: statuses.indexOf(429) }]);
  });

  it('happens at the one address that people know', async () => {
    const { browser, server } = await world();
    const seen = await browser().open(`${server.url.replace('127.0.0.1', 'localhost')}/sign-in/github`);
    expect(seen.status).toBe(400);
    isPage(seen, 'Open Nightshift by its own address');
    expect(seen.text).toContain(`${server.url}/sign-in/github`);
  });

  it('leads back to where its user wanted to go, and nowhere else', async () => {
    const { account, browser } = await world();
    const places = async (wanted: string) => {
      const visitor = browser();
      const { allow } = await visitor.begin(
        account('ann'),
        `/sign-in/github?return_to=${encodeURIComponent(wanted)}`,
      );
      return /location\.replace\("([^"]+)"\)/.exec((await visitor.open(allow)).text)?.[1];
    };
    expect(await places('/tasks/7?x=1')).toBe('/tasks/7?x=1');
    expect(await places('https://evil.example.org/')).toBe('/');
    expect(await places('//evil.example.org/')).toBe('/');
  });

  it('closes the server for good', async () => {
    const { browser, server } = await world();
    expect((await browser().open(`${server.url}/agents/tasks/`)).status).toBe(401);
    expect(await isClosed(server.store.db)).toBe(true);
  });
});

describeInBrowser('In a browser, signing in by GitHub', (open) => {
  it('is two clicks, and the page acts as that person', async () => {
    const { github, account, server } = await world();
    const ann = account('ann', { teams: ['acme/release'] });
    github.accounts.visitor = ann.id;
    const { page, faults } = await open(`${server.url}/sign-in/github?return_to=/docs`);
    await page.getByRole('link', { name: 'Authorize' }).click();
    await page.waitForURL(`${server.url}/docs**`);
    const viewer = await page.evaluate(async () => {
      const headers = {
        'content-type': 'application/json',
        'x-nightshift-session': localStorage.getItem('nightshift-session') ?? '',
      };
      const body = JSON.stringify({ query: '{ viewer { id } }' });
      return (await fetch('/graphql', { method: 'POST', headers, body })).json();
    });
    expect(viewer).toEqual({ data: { viewer: { id: 'github:ann' } } });
    expect(faults.filter((fault) => !fault.includes(github.host))).toEqual([]);
  });

  it('and denying it leads to a page from where one can begin again', async () => {
    const { github, account, server } = await world();
    github.accounts.visitor = account('ann').id;
    const { page, faults } = await open(`${server.url}/sign-in/github`);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'GitHub did not sign you in' }).waitFor();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByRole('link', { name: 'Authorize' }).waitFor();
    expect(faults.filter((fault) => !/403|127\.0\.0\.1:\d+\/login/.test(fault))).toEqual([]);
  });
});
