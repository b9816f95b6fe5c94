import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { pageSecretName } from '../../../contract/protocol.ts';
import { readServerConfig } from '../../../server/config.ts';
import { listen } from '../../../server/http/listen.ts';
import type { RunningServer } from '../../../server/server.ts';
import { send } from '../../server/serve.ts';
import {
  type BrowserSession,
  makePerson,
  signInBrowser,
  type TestPerson,
} from '../../server/signIn/browserSession.ts';
import { startServer } from '../../server/startServer.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startCli } from '../support/cli.ts';
import { cliHere } from '../support/cliHere.ts';

/** A server of the block, with somebody who may approve. */
function useServer() {
  const database = useDatabase('postgres');
  const here = {} as { server: RunningServer; ann: TestPerson; browser: BrowserSession };
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    here.server = await startServer({ ...config, database: database.config() });
    here.ann = await makePerson(here.server.store, 'ann@example.org', {
      own: ['approver'],
      groups: ['crew'],
    });
    here.browser = await signInBrowser(here.server, here.ann);
    return () => here.server.close();
  });
  return here;
}

/** The address that a login has printed. */
async function addressOf(login: ReturnType<typeof startCli>): Promise<URL> {
  await login.printed('Waiting …');
  const [address = ''] = /http:\S+\/sign-in\/cli\?\S+/.exec(login.said()) ?? [];
  return new URL(address);
}

describe('nightshift login', () => {
  const here = useServer();

  /** Runs a login to its end, with a browser that allows it. */
  async function logIn(settings: string, variables: Record<string, string> = {}) {
    const { server, browser } = here;
    const login = startCli(['login', '--server', server.url], tempDir(), {
      XDG_CONFIG_HOME: settings,
      ...variables,
    });
    await allow(await addressOf(login), browser);
    return login.finished;
  }

  /** What the page does once its button is pressed. */
  async function allow({ searchParams }: URL, { headers }: BrowserSession): Promise<void> {
    const { port, challenge, state } = Object.fromEntries(searchParams);
    const json = { port: Number(port), challenge, state };
    const answer = await send(here.server.url, '/sign-in/cli/code', {
      method: 'POST',
      key: null,
      json,
      headers,
    });
    expect((await fetch(answer.json<{ location: string }>().location)).status).toBe(200);
  }

  const run = (settings: string, ...args: string[]) =>
    cliHere(args, tempDir(), {
      variables: { API_BASE: here.server.url, API_KEY: '', XDG_CONFIG_HOME: settings },
      gateway: { findServer: async () => null },
    });

  it('keeps the token for its user alone, with which commands act as that person; logout ends it', async () => {
    const settings = tempDir();
    const { code, stderr } = await logIn(settings);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /Signed in at http:\S+ as ann@example\.org, until \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\.\n$/,
      ),
    ]);
    const file = join(settings, 'nightshift', 'sessions.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = Object.values(JSON.parse(readFileSync(file, 'utf8')).servers)[0] as { token: string };
    expect(stderr).not.toContain(token.token);
    const me = await run(settings, 'whoami');
    expect([me.code, me.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^ann@example\.org \(person\)\n {2}Server: http:\S+\n {2}Known by: issuer, signed in on the command line\n {2}May: read, approve\n {2}Groups: crew\n {2}Until: \d{4}/,
      ),
    ]);
    expect((await run(settings, 'list')).code).toBe(0);
    const refused = await run(settings, 'drain', 'w');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('requires the operate scope, which ann@example.org does not have.');
    expect(refused.stderr).toContain('Run "nightshift whoami"');

    const out = await run(settings, 'logout');
    expect([out.code, out.stderr]).toEqual([0, expect.stringContaining('Signed out at')]);
    expect(() => statSync(file)).toThrow('ENOENT');
    expect(
      (await send(here.server.url, '/agents/tasks/1/approve', { method: 'POST', key: token.token })).status,
    ).toBe(403);
    expect((await run(settings, 'logout')).stderr).toContain('You are not signed in at');
  });

  it('leads people to the page where they make and rotate keys of their own, and lets them list and revoke them', async () => {
    const settings = tempDir();
    await logIn(settings);
    const mutationOf = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(settings, 'keys', ...args);
      expect([code, stderr]).toEqual([0, expect.stringContaining('Use my sign-in in this tab')]);
      const { origin, pathname, searchParams } = new URL(stdout.trim());
      expect(`${origin}${pathname}`).toBe(`${here.server.url}/graphql`);
      return searchParams.get('query');
    };
    const askBrowser = async (query: string | null) => {
      const { headers } = here.browser;
      const answer = await send(here.server.url, '/graphql', {
        method: 'POST',
        key: null,
        headers,
        json: { query },
      });
      return answer.json<{ data: { createKey: { secret: string } } }>().data;
    };
    const { createKey } = await askBrowser(
      await mutationOf('create', '--mine', '--name', 'laptop', '--scopes', 'read', '--project', 'acme/site'),
    );
    const me = await cliHere(['whoami', '-o', 'json'], tempDir(), {
      variables: { API_BASE: here.server.url, API_KEY: createKey.secret },
    });
    expect(JSON.parse(me.stdout)).toMatchObject({
      id: 'ann@example.org',
      kind: 'person',
      proof: 'key',
      session: null,
      scopes: ['read'],
    });
    const [listed] = JSON.parse((await run(settings, 'keys', 'list', '--mine', '-o', 'json')).stdout);
    expect(listed).toMatchObject({ name: 'laptop', owner: 'ann@example.org', projects: ['acme/site'] });
    expect((await run(settings, 'keys', 'list')).stderr).toContain('requires the admin scope');
    expect(await askBrowser(await mutationOf('rotate', 'laptop', '--mine', '--overlap', '0s'))).toMatchObject(
      {
        rotateKey: { secret: expect.stringMatching(/^nsk_/) },
      },
    );
    const revoked = await run(settings, 'keys', 'revoke', 'laptop', '--mine');
    expect(revoked.stdout).toMatch(/^Revoked the key laptop of ann@example\.org \(nsk_\w{8}…\) at /);
  });

  it('comes after API_KEY and before every other key', async () => {
    const settings = tempDir();
    await logIn(settings);
    const idOf = async (variables: Record<string, string>) => {
      const given = { API_BASE: here.server.url, XDG_CONFIG_HOME: settings, ...variables };
      const { stdout } = await cliHere(['whoami', '-o', 'json'], tempDir(), { variables: given });
      return JSON.parse(stdout).id;
    };
    expect(await idOf({ API_KEY: here.server.key })).toBe('local');
    expect(await idOf({ API_KEY: '', ADMIN_API_KEY: 'the-key-for-emergencies' })).toBe('ann@example.org');
  });

  it('that has expired is said, and nobody becomes somebody else; one that was ended too', async () => {
    const settings = tempDir();
    await logIn(settings);
    const file = join(settings, 'nightshift', 'sessions.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/"expiresAt": "[^"]+"/, '"expiresAt": "2020-01-01T00:00:00.000Z"'));
    const expired = await run(settings, 'list');
    expect([expired.code, expired.stderr]).toEqual([
      1,
      `error: Your sign-in at ${here.server.url} has expired. Run "nightshift login" to sign in again, or "nightshift logout" to go on without.\n`,
    ]);
    writeFileSync(file, text);
    await here.server.store.db.query({
      text: "UPDATE sessions SET ended_at = clock_timestamp(), ended_by = 'admin' WHERE client = 'cli' AND ended_at IS NULL",
    });
    await here.server.store.onKeysChanged?.();
    const ended = await run(settings, 'drain', 'w');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Your sign-in has ended');
    expect(ended.stderr).toContain('Run "nightshift login" to sign in again.');
  });

  it('tells whoever has no key to sign in, and not how curl would send one', async () => {
    const { code, stderr } = await run(tempDir(), 'drain', 'w');
    expect([code, stderr]).toEqual([
      1,
      'error: This requires the operate scope. You have sent no key.\nRun "nightshift login" to sign in there, or set API_KEY to a key of that server.\n',
    ]);
  });

  it('takes no code without its state, and none that was made for another command line', async () => {
    const settings = tempDir();
    const { server, browser } = here;
    const start = () => startCli(['login', '--server', server.url], tempDir(), { XDG_CONFIG_HOME: settings });
    const [one, other] = [start(), start()];
    const [mine, theirs] = [await addressOf(one), await addressOf(other)];
    const port = mine.searchParams.get('port');
    for (const search of [
      '',
      '?code=nss_1',
      '?code=nss_1&state=wrong',
      '?error=access_denied',
      '?error=access_denied&state=wrong',
    ])
      expect((await fetch(`http://127.0.0.1:${port}/${search}`)).status).toBe(404);
    // The page of the other command line leads to the port of this one.
    theirs.searchParams.set('port', port ?? '');
    theirs.searchParams.set('state', mine.searchParams.get('state') ?? '');
    await allow(theirs, browser);
    const { code, stderr } = await one.finished;
    expect([code, stderr]).toEqual([1, expect.stringContaining('belongs to another command line')]);
    other.child.kill();
    await other.finished;
  });

  it('sends no token in the clear to another computer, and needs a server', async () => {
    const plain = await cliHere(['login', '--server', 'http://nightshift.example.org'], tempDir());
    expect([plain.code, plain.stderr]).toEqual([1, expect.stringContaining('is plain HTTP')]);
    const wrong = await cliHere(
      ['login', '--server', 'https://ann:secret@nightshift.example.org'],
      tempDir(),
    );
    expect([wrong.code, wrong.stderr.includes('secret')]).toEqual([2, false]);
    const none = await cliHere(['login'], tempDir(), { gateway: { findServer: async () => null } });
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('Which server?')]);
  });
});

describeInBrowser('The page that lets a command line in', (open) => {
  const here = useServer();

  async function begin() {
    const { server } = here;
    const login = startCli(['login', '--server', server.url], tempDir(), { XDG_CONFIG_HOME: tempDir() });
    const address = await addressOf(login);
    const [, shown = ''] = /the code (\S+)\. Waiting/.exec(login.said()) ?? [];
    return { login, address, shown };
  }

  /** Opens a page as a browser that is signed in. */
  async function openSignedIn(address: string) {
    const { server, browser } = here;
    const visit = await open(server.url);
    await visit.page
      .context()
      .addCookies([{ ...browser.cookie, url: server.url, httpOnly: true, sameSite: 'Lax' }]);
    await visit.page.evaluate(([name, secret]) => localStorage.setItem(name, secret), [
      pageSecretName,
      browser.pageSecret,
    ] as const);
    visit.faults.length = 0;
    await visit.page.goto(address);
    return visit;
  }

  it('asks first, shows the code of the terminal, and hands over once it is allowed', async () => {
    const { login, address, shown } = await begin();
    const { page, faults } = await openSignedIn(address.href);
    await page.getByText('act as ann@example.org?').waitFor();
    expect(await page.getByText(shown).count()).toBe(1);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('The command line has got its sign-in').waitFor();
    const { code, stderr } = await login.finished;
    expect([code, stderr]).toEqual([0, expect.stringContaining('as ann@example.org')]);
    expect(faultsHere(faults, address)).toEqual([]);
  });

  it('tells the command line at once that its user refused, and makes no code', async () => {
    const { login, address } = await begin();
    const { page, faults } = await openSignedIn(address.href);
    await page.getByRole('button', { name: 'Refuse' }).click();
    await page.getByText('Nothing was allowed').waitFor();
    const { code, stderr } = await login.finished;
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('You refused this in the browser. Nobody was signed in.'),
    ]);
    expect(faultsHere(faults, address)).toEqual([]);
    const [row] = await here.server.store.db.query({
      text: 'SELECT count(*)::int AS codes FROM sign_in_codes',
    });
    expect(row).toEqual({ codes: 0 });
  });

  it('leads whoever is not signed in to the sign-in, and back', async () => {
    const { login, address } = await begin();
    const { page } = await open(address.href);
    await page.waitForURL((url) => url.pathname === '/sign-in');
    const back = new URL(page.url()).searchParams.get('return_to');
    expect(back).toBe(`${address.pathname}${address.search}`);
    login.child.kill();
    await login.finished;
  });

  it('cannot be framed or posted to by a page of another site', async () => {
    const { login, address } = await begin();
    const site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(hostilePage(here.server.url, address));
    });
    const url = await listen(site, { host: '127.0.0.1', port: 0 });
    const { page } = await openSignedIn(url);
    await page.getByText('tried').waitFor();
    const result = await page.evaluate(() => document.title);
    expect(result).toBe('refused, refused');
    expect(await framedText(page)).not.toContain('act as');
    const [row] = await here.server.store.db.query<{ codes: number }>({
      text: 'SELECT count(*)::int AS codes FROM sign_in_codes',
    });
    expect(row).toEqual({ codes: 0 });
    login.child.kill();
    await login.finished;
    site.close();
    site.closeAllConnections();
  });
});

/** A page that frames the consent, and sends its request as a page of another site can. */
function hostilePage(server: string, address: URL): string {
  const wanted = JSON.stringify({
    port: Number(address.searchParams.get('port')),
    challenge: address.searchParams.get('challenge'),
    state: address.searchParams.get('state'),
  });
  return `<iframe src="${address.href}"></iframe><p id="end"></p><script>
    const send = (headers) => fetch('${server}/sign-in/cli/code', { method: 'POST', credentials: 'include', headers, body: '${wanted}' })
      .then((answer) => answer.status, () => 'refused');
    Promise.all([send({ 'content-type': 'text/plain' }), send({ 'content-type': 'application/json', 'x-nightshift-session': 'on' })])
      .then((all) => { document.title = all.join(', '); document.getElementById('end').textContent = 'tried'; });
  </script>`;
}

/** The faults of a page but that it went to the command line, which alone is elsewhere. */
function faultsHere(faults: readonly string[], { searchParams }: URL): string[] {
  const commandLine = `request to http://127.0.0.1:${searchParams.get('port')}/`;
  return faults.filter((fault) => !fault.startsWith(commandLine));
}

async function framedText(page: Page): Promise<string> {
  const [frame] = page.frames().filter((one) => one !== page.mainFrame());
  return (await frame?.content()) ?? '';
}
