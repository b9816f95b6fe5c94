import { createHash, createVerify, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** An account of the local GitHub. */
export interface StoredAccount {
  id: number;
  login: string;
  /** Teams, e.g. `acme/release`; who is in one is in its organisation. */
  teams: string[];
  organisations: string[];
}

/** What the local GitHub knows of accounts, and of one App. */
export interface GithubAccounts {
  clientId: string;
  clientSecret: string;
  /** Accounts by their number. */
  accounts: Map<number, StoredAccount>;
  /** Whose browser it is. */
  visitor: number;
  /** Organisations that have installed the App; of others it sees nothing. */
  installed: Set<string>;
  /** Whether the App may read members. */
  readsMembers: boolean;
  /** How many entries a page has. */
  pageSize: number;
  codes: Map<string, { account: number; challenge: string; redirectUri: string }>;
  tokens: Map<string, number>;
  /** Tokens that the App had it forget. */
  dropped: string[];
  /** The App's own number, and the public half of its key. */
  app: { id: string; publicKey: string } | undefined;
  /** The numbers of its installations, by the owner in lower case. */
  installations: Map<string, number>;
  /** How often a token was made for an installation. */
  made: number[];
  /** For how long tokens of installations last, in milliseconds. */
  installationMs: number;
}

export const newAccounts = (): GithubAccounts => ({
  clientId: 'Iv23local',
  clientSecret: 'secret-of-the-local-app',
  accounts: new Map(),
  visitor: 0,
  installed: new Set(),
  readsMembers: true,
  pageSize: 100,
  codes: new Map(),
  tokens: new Map(),
  dropped: [],
  app: undefined,
  installations: new Map(),
  made: [],
  installationMs: 3_600_000,
});

interface Answer {
  status: number;
  data: unknown;
  headers?: Record<string, string>;
}

/** Answers what concerns accounts and the App; false for everything else. */
export function answerAccounts(
  github: GithubAccounts,
  request: IncomingMessage,
  response: ServerResponse,
  body: Record<string, unknown>,
): boolean {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  if (url.pathname === '/login/oauth/authorize') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(authorizePage(github, url));
    return true;
  }
  const answer = answerOf(github, `${request.method} ${url.pathname.replace('/api/v3', '')}`, {
    url,
    body,
    token: /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '',
  });
  if (answer === undefined) return false;
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(JSON.stringify(answer.data));
  return true;
}

/** The page on which somebody lets the App know who they are, or does not. */
function authorizePage(github: GithubAccounts, url: URL): string {
  const given = url.searchParams;
  const back = (more: Record<string, string>) => {
    const to = new URL(given.get('redirect_uri') ?? '');
    to.search = new URLSearchParams({ ...more, state: given.get('state') ?? '' }).toString();
    return to.href.replaceAll('&', '&amp;');
  };
  if (given.get('client_id') !== github.clientId || given.get('code_challenge_method') !== 'S256')
    return '<h1>404</h1>';
  const code = randomBytes(10).toString('hex');
  github.codes.set(code, {
    account: github.visitor,
    challenge: given.get('code_challenge') ?? '',
    redirectUri: given.get('redirect_uri') ?? '',
  });
  return `<!doctype html><title>GitHub</title><link rel="icon" href="data:,"><a id="allow" href="${back({ code })}">Authorize</a> <a id="deny" href="${back({ error: 'access_denied' })}">Cancel</a>`;
}

interface Asked {
  url: URL;
  body: Record<string, unknown>;
  token: string;
}

function answerOf(github: GithubAccounts, name: string, { url, body, token }: Asked): Answer | undefined {
  if (name === 'POST /login/oauth/access_token') return { status: 200, data: exchange(github, body) };
  if (name === `DELETE /applications/${github.clientId}/token`) {
    github.tokens.delete(String(body.access_token));
    github.dropped.push(String(body.access_token));
    return { status: 204, data: null };
  }
  const [, owner] = /^GET \/repos\/([^/]+)\/[^/]+\/installation$/.exec(name) ?? [];
  const [, installation] = /^POST \/app\/installations\/(\d+)\/access_tokens$/.exec(name) ?? [];
  if (owner !== undefined || installation !== undefined) {
    if (!isSignedByApp(github, token))
      return { status: 401, data: { message: 'A JSON web token could not be decoded' } };
    return owner === undefined ? tokenOf(github, Number(installation)) : installationOf(github, owner);
  }
  if (!/^GET \/user(\/|$)/.test(name)) return undefined;
  const account = github.accounts.get(github.tokens.get(token) ?? -1);
  if (account === undefined) return { status: 401, data: { message: 'Bad credentials' } };
  if (name === 'GET /user')
    return { status: 200, data: { id: account.id, login: account.login, type: 'User' } };
  if (!github.readsMembers)
    return { status: 403, data: { message: 'Resource not accessible by integration' } };
  const seen = (organisation: string) => github.installed.has(organisation);
  if (name === 'GET /user/memberships/orgs')
    return pageOf(
      github,
      url,
      account.organisations.filter(seen).map((login) => ({ state: 'active', organization: { login } })),
    );
  if (name !== 'GET /user/teams') return undefined;
  const teams = account.teams.map((team) => team.split('/') as [string, string]);
  return pageOf(
    github,
    url,
    teams.filter(([login]) => seen(login)).map(([login, slug]) => ({ slug, organization: { login } })),
  );
}

function exchange({ clientId, clientSecret, codes, tokens }: GithubAccounts, body: Record<string, unknown>) {
  if (body.client_id !== clientId || body.client_secret !== clientSecret)
    return { error: 'incorrect_client_credentials' };
  const known = codes.get(String(body.code));
  codes.delete(String(body.code));
  const challenge = createHash('sha256').update(String(body.code_verifier)).digest('base64url');
  if (known === undefined || known.challenge !== challenge) return { error: 'bad_verification_code' };
  if (known.redirectUri !== body.redirect_uri) return { error: 'redirect_uri_mismatch' };
  const token = `ghu_${randomBytes(10).toString('hex')}`;
  tokens.set(token, known.account);
  return { access_token: token, token_type: 'bearer', scope: '' };
}

function pageOf({ pageSize }: GithubAccounts, url: URL, all: unknown[]): Answer {
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const headers: Record<string, string> =
    all.length > page * pageSize ? { link: `<${next.href}>; rel="next"` } : {};
  return { status: 200, data: all.slice((page - 1) * pageSize, page * pageSize), headers };
}

function isSignedByApp({ app }: GithubAccounts, token: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  if (app === undefined || signature === '') return false;
  const { iss, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    iss: unknown;
    exp: number;
  };
  const isRight = createVerify('RSA-SHA256')
    .update(`${header}.${payload}`)
    .verify(app.publicKey, signature, 'base64url');
  return isRight && String(iss) === app.id && exp * 1000 > Date.now();
}

function installationOf({ installations }: GithubAccounts, owner: string): Answer {
  const id = installations.get(owner.toLowerCase());
  return id === undefined ? { status: 404, data: { message: 'Not Found' } } : { status: 200, data: { id } };
}

function tokenOf(github: GithubAccounts, installation: number): Answer {
  if (![...github.installations.values()].includes(installation))
    return { status: 404, data: { message: 'Not Found' } };
  github.made.push(installation);
  const expires = new Date(Date.now() + github.installationMs).toISOString();
  const token = `ghs_${installation}_${github.made.length}`;
  return { status: 201, data: { token, expires_at: expires, permissions: {}, repository_selection: 'all' } };
}
