import { createServer } from 'node:http';
import type { Configuration } from 'openid-client';
import { allowInsecureRequests, ClientSecretBasic, discovery } from 'openid-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { recogniseSignIn } from '../../../domain/access/signIn.ts';
import { createAccess } from '../../../server/access/access.ts';
import { createWrongKeys } from '../../../server/access/wrongKeys.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createHttpApp } from '../../../server/http/app.ts';
import { listen } from '../../../server/http/listen.ts';
import { createLog } from '../../../server/log.ts';
import type { RunningServer } from '../../../server/server.ts';
import { addDeviceSignIn, type DeviceSignIn } from '../../../server/signIn/deviceRoute.ts';
import { startCli } from '../../orchestrator/support/cli.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { tempDir } from '../../support/tempDir.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';

// It comes without types.
const { Provider } = await import(String('oidc-provider'));

/** What the client of this server may do at the issuer. */
const grants = {
  device: {
    redirect_uris: [],
    response_types: [],
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
  },
  browser: {
    redirect_uris: ['https://nightshift.example.org/sign-in/issuer'],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  },
} as const;
type Grant = keyof typeof grants;

/** An issuer of this computer, whose accounts have the address `<name>@example.org`. */
async function startIssuer(grant: Grant) {
  const server = createServer((request, response) => void provider.callback()(request, response));
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const provider = new Provider(url, {
    clients: [
      {
        client_id: 'nightshift',
        client_secret: 'secret',
        ...grants[grant],
      },
    ],
    features: { deviceFlow: { enabled: true } },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, name: string) => ({
      accountId: name,
      claims: () => ({ sub: name, email: `${name}@example.org`, email_verified: true }),
    }),
  });
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A server that signs devices in, beside one that does all else. */
function useDeviceServer(grant: Grant = 'device') {
  const database = useDatabase('postgres');
  const here = {} as { server: RunningServer; url: string; issuer: string; away: boolean };
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    here.server = await startServer({ ...config, database: database.config() });
    const issuer = await startIssuer(grant);
    const { store } = here.server;
    let known: Promise<Configuration> | undefined;
    const device: DeviceSignIn = {
      async configuration() {
        if (here.away) throw new TypeError('fetch failed');
        known ??= discovery(new URL(issuer.url), 'nightshift', 'secret', ClientSecretBasic('secret'), {
          execute: [allowInsecureRequests],
        });
        return known;
      },
      recognise: ({ iss, sub, email }, { address }) =>
        recogniseSignIn(store, {
          kind: 'issuer',
          issuer: iss,
          subject: sub,
          name: String(email),
          label: String(email),
          grants: sub === 'ann' ? ['approver'] : [],
          groups: [],
          address,
        }),
    };
    const log = createLog('silent');
    const app = createHttpApp(log);
    addDeviceSignIn(app, { store, access: createAccess(config), device, wrongKeys: createWrongKeys(log) });
    await app.ready();
    const front = createServer((request, response) => app.routing(request, response));
    Object.assign(here, { issuer: issuer.url, url: await listen(front, { host: '127.0.0.1', port: 0 }) });
    return async () => {
      front.close();
      front.closeAllConnections();
      issuer.close();
      await here.server.close();
    };
  });
  return here;
}

describeInBrowser('A command line without a browser beside it', (open) => {
  const here = useDeviceServer();

  /** Begins a login, and signs in at the issuer in a browser elsewhere. */
  async function logIn(name: string, button = 'Continue') {
    const login = startCli(['login', '--server', here.url], tempDir(), {
      XDG_CONFIG_HOME: tempDir(),
      SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22',
    });
    await login.printed('Waiting …');
    const [, address = ''] = /\nor (http:\S+)/.exec(login.said()) ?? [];
    const { page } = await open(address);
    await page.getByRole('button', { name: button }).click();
    if (button === 'Continue') {
      await page.locator('input[name=login]').fill(name);
      await page.locator('input[name=password]').fill('any');
      await page.getByRole('button', { name: 'Sign-in' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('Sign-in Success').waitFor();
    }
    return login.finished;
  }

  it('is signed in at the issuer, from any device; that counts as no sign-in just now', async () => {
    const { code, stderr } = await logIn('ann');
    expect([code, stderr]).toEqual([0, expect.stringContaining('as ann@example.org, until')]);
    const [row] = await here.server.store.db.query({
      text: 'SELECT client, proof, proved_at, label FROM sessions JOIN people ON people.id = person_id',
    });
    expect(row).toEqual({ client: 'cli', proof: 'issuer', proved_at: null, label: 'ann@example.org' });
  });

  it('gets nothing for whoever has no role here', async () => {
    const { code, stderr } = await logIn('ben');
    expect([code, stderr]).toEqual([1, expect.stringContaining('You have no role on this server.')]);
  });

  it('gets nothing where the sign-in is refused', async () => {
    const { code, stderr } = await logIn('ann', '[ Abort ]');
    expect([code, stderr]).toEqual([1, expect.stringContaining('The sign-in was refused at the issuer.')]);
  });
});

describe('Signing in by device', () => {
  const here = useDeviceServer();
  const ask = (json: object) =>
    send(here.url, '/sign-in/cli/device/token', { method: 'POST', key: null, json });

  it('waits for whoever signs in, and takes no code that the issuer did not give', async () => {
    const begun = await send(here.url, '/sign-in/cli/device', { method: 'POST', key: null, json: {} });
    expect(begun.json()).toMatchObject({ user_code: expect.any(String), interval: 5 });
    const waiting = await ask({ device_code: begun.json<{ device_code: string }>().device_code });
    expect([waiting.status, waiting.json()]).toEqual([202, { state: 'authorization_pending' }]);
    const unknown = await ask({ device_code: 'made-up' });
    expect([unknown.status, unknown.text]).toEqual([
      403,
      expect.stringContaining('has expired, or was used'),
    ]);
    expect((await ask({})).status).toBe(422);
  });

  it('says so while the issuer is away', async () => {
    here.away = true;
    const answer = await send(here.url, '/sign-in/cli/device', { method: 'POST', key: null, json: {} });
    here.away = false;
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  });
});

describe('Signing in by device, where the issuer does not let it,', () => {
  const here = useDeviceServer('browser');

  it('is answered as if there were no issuer, so that the command line goes another way', async () => {
    for (const url of [here.url, here.server.url]) {
      const answer = await send(url, '/sign-in/cli/device', { method: 'POST', key: null, json: {} });
      expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('signs in no devices')]);
    }
    const login = startCli(['login', '--device', '--server', here.server.url], tempDir(), {
      XDG_CONFIG_HOME: tempDir(),
    });
    expect(await login.finished).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('signs in no devices'),
    });
  });
});
