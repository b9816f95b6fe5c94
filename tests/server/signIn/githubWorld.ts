import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { sessionHeader } from '../../../contract/protocol.ts';
import type { DatabaseConfig } from '../../../database/database.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import type { StoredAccount } from '../pulls/githubAccounts.ts';
import { type GithubServer, startGithub, userNamed } from '../pulls/githubServer.ts';
import { startServer } from '../startServer.ts';
import { arrivalOf, departureOf, isArrival } from './visitor.ts';

/** A server whose people sign in by a local GitHub. */
export interface GithubWorld {
  github: GithubServer;
  server: RunningServer;
  /** Makes an account of that GitHub. */
  account(login: string, more?: Partial<StoredAccount>): StoredAccount;
  /** A browser without a page, which keeps cookies. */
  browser(): Visitor;
}

/** What a server is started with, beside the local GitHub. */
export type WorldSetting = Record<string, string>;

/** Starts both until the end of the test. */
export async function githubWorld(
  database: DatabaseConfig,
  { roles = 'acme/release:approver, acme:viewer', ...variables }: WorldSetting = {},
): Promise<GithubWorld> {
  const github = await startGithub();
  onTestFinished(() => github.close());
  github.accounts.installed.add('acme');
  const port = await freePort();
  const config = readServerConfig({
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    LOG_LEVEL: 'silent',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_APP_CLIENT_ID: github.accounts.clientId,
    GITHUB_APP_CLIENT_SECRET: github.accounts.clientSecret,
    GITHUB_ROLES: roles,
    GITHUB_TOKEN: 'ghp_token',
    OUTBOUND_ALLOW: '127.0.0.1',
    ...variables,
  });
  const server = await startServer({ ...config, database });
  onTestFinished(() => server.close());
  return {
    github,
    server,
    account(login, more = {}) {
      const { id } = userNamed(login);
      const made = { id, login, teams: [], organisations: ['acme'], ...more };
      github.accounts.accounts.set(made.id, made);
      return made;
    },
    browser: () => visitorOf(server, github),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** What a request was answered with. */
export interface Seen {
  status: number;
  headers: Headers;
  text: string;
}

/** Somebody with a browser, but without its page. */
export interface Visitor {
  /** Opens an address, without following what it leads to. */
  open(url: string): Promise<Seen>;
  /** Begins to sign in, and gives where GitHub leads to when its user allows it, or does not. */
  begin(account: StoredAccount, path?: string): Promise<{ allow: string; deny: string }>;
  /** Signs in; gives the last answer. */
  signIn(account: StoredAccount): Promise<Seen>;
  /** Calls the server as the page does that signed in. */
  call(path: string, method?: string, body?: unknown): Promise<Seen>;
  /** Who that is. */
  viewer(): Promise<unknown>;
}

function visitorOf(server: RunningServer, github: GithubServer): Visitor {
  const cookies = new Map<string, string>();
  let page = '';
  let kept = '';
  const send = async (url: string, init: RequestInit = {}): Promise<Seen> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    if (isArrival(text)) return send(url, arrivalOf(kept));
    kept = departureOf(text).secret || kept;
    page = /setItem\("nightshift-session", "([^"]+)"\)/.exec(text)?.[1] ?? page;
    return { status: response.status, headers: response.headers, text };
  };
  const visitor: Visitor = {
    open: (url) => send(url),
    async begin({ id }, path = '/sign-in/github') {
      github.accounts.visitor = id;
      const { text: departure } = await send(`${server.url}${path}`);
      const { text } = await send(departureOf(departure).to);
      const to = (found: RegExpExecArray | null) => found?.[1]?.replaceAll('&amp;', '&') ?? '';
      return {
        allow: to(/id="allow" href="([^"]+)"/.exec(text)),
        deny: to(/id="deny" href="([^"]+)"/.exec(text)),
      };
    },
    async signIn(account) {
      const { allow } = await visitor.begin(account);
      return send(allow);
    },
    call(path, method = 'GET', body = undefined) {
      const headers = { [sessionHeader]: page, 'content-type': 'application/json' };
      return send(server.url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    },
    async viewer() {
      const query = '{ viewer { id kind scopes groups } }';
      const { text } = await visitor.call('/graphql', 'POST', { query });
      return (JSON.parse(text) as { data: { viewer: unknown } }).data.viewer;
    },
  };
  return visitor;
}
