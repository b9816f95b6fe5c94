import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { pageSecretName, sessionHeader } from '../../../contract/protocol.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { freePort } from '../../support/freePort.ts';
import { startServer } from '../startServer.ts';
import { type Account, client, signInAs, startProvider } from './openidProvider.ts';
import { problemOn, Visitor } from './visitor.ts';

const accounts = new Map<string, Account>([
  ['ann', { email: 'ann@example.org', email_verified: true, name: 'Ann', groups: ['release', 'all staff'] }],
  ['ben', { email: 'Ben@example.org', email_verified: true }],
  ['cleo', { email: 'cleo@staff.example.org', email_verified: true, groups: ['unknown'] }],
  ['dan', { email: 'dan@elsewhere.example', email_verified: true }],
  ['ann-too', { email: 'ann@example.org', email_verified: true, groups: ['release'] }],
  ['no-ben', { email: 'ben@example.org', email_verified: false }],
  ['nobody', { email: 'ben@example.org', email_verified: false, groups: ['release'] }],
]);

describeInBrowser('Signing in with an OpenID issuer', (open) => {
  const database = useDatabase('postgres');
  let server: RunningServer;
  beforeAll(async () => {
    const [port, issuerPort] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const provider = await startProvider(issuerPort, [`${url}/sign-in/issuer/callback`], accounts);
    const config = readServerConfig({
      PORT: String(port),
      LOG_LEVEL: 'silent',
      PUBLIC_URL: url,
      OUTBOUND_ALLOW: '127.0.0.1',
      OIDC_ISSUER: provider.url,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      OIDC_ROLES: 'release:approver, ben@example.org:operator@acme/site, @staff.example.org:viewer',
    });
    server = await startServer({ ...config, database: database.config() });
    return async () => {
      await server.close();
      await provider.close();
    };
  });
  beforeEach(() => database.truncate());

  const rows = (text: string) => database.db().query<Record<string, unknown>>({ text });
  const people = () => rows('SELECT label FROM people ORDER BY id');
  const refusals = () =>
    rows(
      "SELECT viewer, note, refusal, via, proof FROM decisions WHERE action = 'sign_in' AND outcome = 'refused' ORDER BY id",
    );

  const begin = async (subject: string, query = '') => {
    const { page } = await open(`${server.url}/sign-in/issuer?return_to=/graphql${query}`);
    await signInAs(page, subject);
    return page;
  };
  const signIn = async (subject: string, query?: string) => {
    const page = await begin(subject, query);
    await page.waitForURL(`${server.url}/graphql`);
    return page;
  };
  /** Whom the server takes the user of a page for. */
  const viewerOf = (page: Page) =>
    page.evaluate(
      async ([header, secret]) => {
        const answer = await fetch('/graphql', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            [header ?? '']: localStorage.getItem(secret ?? '') ?? '',
          },
          body: JSON.stringify({ query: '{ viewer { id kind scopes groups proof } }' }),
        });
        return (await answer.json()).data.viewer;
      },
      [sessionHeader, pageSecretName],
    );
  const problemOf = async (page: Page) => {
    // The issuer's own page, which may still be there, has a heading as well.
    const text = await page.getByRole('alert').textContent();
    return `${await page.getByRole('heading').textContent()}: ${text}`;
  };

  describe('makes a person', () => {
    it('with the roles and the groups of a group', async () => {
      expect(await viewerOf(await signIn('ann'))).toEqual({
        id: 'ann@example.org',
        kind: 'PERSON',
        scopes: ['READ', 'APPROVE'],
        groups: ['release', 'all staff'],
        proof: 'ISSUER',
      });
      expect(
        await rows('SELECT kind, issuer <> $$$$ AS "hasIssuer", subject, label FROM principals'),
      ).toEqual([{ kind: 'issuer', hasIssuer: true, subject: 'ann', label: 'ann@example.org' }]);
    });

    it('with the role of an address, in any letters', async () => {
      expect(await viewerOf(await signIn('ben'))).toMatchObject({
        id: 'Ben@example.org',
        scopes: ['READ', 'REPORT', 'WORK', 'OPERATE'],
        groups: [],
      });
    });

    it('with the role of a domain', async () => {
      expect(await viewerOf(await signIn('cleo'))).toMatchObject({
        id: 'cleo@staff.example.org',
        scopes: ['READ'],
        groups: ['unknown'],
      });
    });

    it('once, and what the issuer changes counts from the next sign-in', async () => {
      const first = await signIn('ann');
      accounts.set('ann', { email: 'ann@example.org', email_verified: true, groups: [] });
      await database.db().query({ text: `UPDATE people SET grants = '{viewer}'` });
      const second = await signIn('ann');
      expect(await viewerOf(second)).toMatchObject({ id: 'ann@example.org', scopes: ['READ'], groups: [] });
      expect(await people()).toEqual([{ label: 'ann@example.org' }]);
      expect(await viewerOf(first)).toMatchObject({ id: 'ann@example.org' });
      accounts.set('ann', {
        email: 'ann@example.org',
        email_verified: true,
        name: 'Ann',
        groups: ['release', 'all staff'],
      });
    });
  });

  describe('refuses with a page, and on record,', () => {
    it('who has no role, and makes no person', async () => {
      expect(await problemOf(await begin('dan'))).toBe(
        'You may not sign in: You have no role on this server. Ask an admin to give you one.',
      );
      expect(await people()).toEqual([]);
      expect(await refusals()).toMatchObject([
        { viewer: 'anonymous', note: '"dan@elsewhere.example"', via: 'page', proof: 'issuer' },
      ]);
    });

    it('a second account of an address, which waits for a link', async () => {
      await signIn('ann');
      const page = await begin('ann-too');
      expect(await problemOf(page)).toContain('An admin can link yours: nightshift people link');
      expect(await people()).toEqual([{ label: 'ann@example.org' }]);
      expect(await refusals()).toMatchObject([{ viewer: 'anonymous', note: 'account 2 (issuer)' }]);
      expect(await rows("SELECT person_id FROM principals WHERE subject = 'ann-too'")).toEqual([
        { person_id: null },
      ]);
    });

    it('an address that nobody has verified', async () => {
      await signIn('ben');
      expect(await problemOf(await begin('no-ben'))).toContain('You have no role');
      expect(await people()).toEqual([{ label: 'Ben@example.org' }]);
    });

    it('a code that was used already', async () => {
      const { page } = await open(`${server.url}/sign-in/issuer?return_to=/graphql`);
      const came = page.waitForRequest(/\/sign-in\/issuer\/callback/);
      await signInAs(page, 'ann');
      const used = new URL((await came).url()).searchParams;
      await page.waitForURL(`${server.url}/graphql`);
      const visitor = new Visitor(server.url);
      used.set('state', (await visitor.begin()).searchParams.get('state') ?? '');
      expect(problemOn(await visitor.get(`/sign-in/issuer/callback?${used}`))).toContain(
        '403 This sign-in is over: The issuer does not accept the code any more',
      );
      expect(await refusals()).toHaveLength(1);
    });

    it('who comes back with what another server of this computer has planted', async () => {
      const attacker = new Visitor(server.url);
      const { page: theirs } = await open((await attacker.begin()).href);
      await theirs.route(/\/sign-in\/issuer\/callback/, (route) => route.abort());
      const came = theirs.waitForRequest(/\/sign-in\/issuer\/callback/);
      await signInAs(theirs, 'cleo');
      const back = (await came).url();
      const name = `nightshift-${new URL(server.url).port}-issuer`;
      const planted = [...attacker.cookies, [name, attacker.kept]].map((pair) => pair.join('='));
      const hostile = createServer((_request, response) =>
        response.writeHead(302, { 'set-cookie': planted, location: back }).end(),
      ).listen(0, '127.0.0.1');
      await once(hostile, 'listening');
      onTestFinished(() => void hostile.close());
      const { page } = await open(`http://127.0.0.1:${(hostile.address() as AddressInfo).port}/`);
      expect(await problemOf(page)).toContain('This browser has not begun to sign in: ');
      await page.goto(`${server.url}/sign-in`);
      expect(await viewerOf(page)).toMatchObject({ id: 'anonymous' });
      // Nor where it has begun a sign-in of its own.
      await page.goto(`${server.url}/sign-in/issuer`);
      await page.getByPlaceholder('Enter any login').waitFor();
      await page.goto(back);
      expect(await problemOf(page)).toContain('This sign-in is over: ');
      expect(await rows('SELECT 1 FROM sessions')).toEqual([]);
    });

    it('who breaks off at the issuer', async () => {
      const { page } = await open(`${server.url}/sign-in/issuer`);
      await page.getByRole('link', { name: 'Cancel' }).click();
      expect(await problemOf(page)).toContain('The issuer says: access_denied');
      expect(await refusals()).toHaveLength(1);
      await page.getByRole('link', { name: 'Sign in again' }).click();
      await page.getByPlaceholder('Enter any login').waitFor();
    });
  });

  it('knows who has no verified address by the subject', async () => {
    const { id } = await viewerOf(await signIn('nobody'));
    expect(id).toMatch(/^account:nobody@127\.0\.0\.1:\d+$/);
  });

  it('asks anew whom the issuer knows still, where that is wanted', async () => {
    const page = await signIn('ann');
    // Once more needs no page of the issuer, but a fresh one does.
    await page.goto(`${server.url}/sign-in/issuer?return_to=/graphql`);
    await page.waitForURL(`${server.url}/graphql`);
    await page.goto(`${server.url}/sign-in/issuer?return_to=/graphql&fresh=1`);
    await signInAs(page, 'ann');
    await page.waitForURL(`${server.url}/graphql`);
    const [last] = await rows(
      'SELECT created_at - proved_at < interval $$1 minute$$ AS "isFresh" FROM sessions ORDER BY id DESC LIMIT 1',
    );
    expect(last).toEqual({ isFresh: true });
  });

  it('leads back to this server only', async () => {
    const { page } = await open(
      `${server.url}/sign-in/issuer?return_to=${encodeURIComponent('//127.0.0.1:1/x')}`,
    );
    await signInAs(page, 'ann');
    await page.waitForURL(`${server.url}/`);
  });

  // The last one, since it uses up what this network may begin in a minute.
  it('begins a limited number of times a minute from one network', async () => {
    const begin = () => fetch(`${server.url}/sign-in/issuer`, { redirect: 'manual' });
    const statuses = new Set<number>();
    for (let index = 0; index < 125; index += 1) statuses.add((await begin()).status);
    expect(statuses).toEqual(new Set([200, 429]));
    const last = await begin();
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await last.text()).toContain('Too many sign-ins came from your network');
  });
});
