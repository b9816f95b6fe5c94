import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { answerAccounts, type GithubAccounts, newAccounts } from './githubAccounts.ts';
import { answerCommit, answerGraphql, newDetails, type StoredDetails } from './githubDetails.ts';

/** An account as the server keeps it. */
export interface StoredUser {
  login: string;
  id: number;
  type: 'User' | 'Bot';
}

/** Somebody who is a person. */
export const userNamed = (login: string): StoredUser => ({
  login,
  type: 'User',
  id: Number.parseInt(Buffer.from(login.toLowerCase()).toString('hex').slice(0, 12), 16),
});

/** A pull request as the server keeps it; its repository does not matter. */
export interface StoredPull {
  number: number;
  state: 'open' | 'closed';
  merged_at: string | null;
  closed_at: string | null;
  merged_by: StoredUser | null;
  closed_by: StoredUser | null;
  auto_merge: object | null;
  head: { sha: string };
  user: StoredUser | null;
  created_at: string;
  updated_at: string;
  html_url: string;
  base: { repo: { name: string; owner: { login: string } } };
  labels: string[];
  reviews: StoredReview[];
  /** What only GraphQL tells of it. */
  details: StoredDetails;
}

/** A review as the server keeps it. */
export interface StoredReview {
  id: number;
  state: string;
  commit_id: string;
  submitted_at: string;
  user: StoredUser | null;
  author_association: string;
  body: string | null;
}

/** What a request is answered with in place of what it asked for. */
export interface Failure {
  /** 0 breaks the connection, 200 gives what was asked for, with these headers. */
  status: number;
  headers?: Record<string, string>;
  message?: string;
  /** It takes effect all the same, and only its answer is lost. */
  done?: boolean;
}

/** A server that speaks the parts of GitHub's APIs that the watch over pull requests uses. */
export interface GithubServer {
  apiUrl: string;
  /** The host of its pull requests. */
  host: string;
  pulls: Map<number, StoredPull>;
  /** Method and path of each request, with `304` behind those that were answered so. */
  requests: string[];
  /** The queries of GraphQL: `details` or `checks`, and the number of the pull request. */
  queries: string[];
  /** Whether the token may read checks. */
  mayReadChecks: boolean;
  /** The points of GraphQL that are left. */
  points: number;
  tokens: Set<string>;
  /** Accounts, and what is known of the App. */
  accounts: GithubAccounts;
  /** What somebody may do in the repository; of others the token may not ask. */
  permissions: Map<string, string>;
  /** Ways to merge that the repository does not allow. */
  forbidden: Set<string>;
  /** Makes a request fail, or lets it pass. */
  fail: (request: string) => Failure | undefined;
  /** How long an answer takes. */
  delayMs: number;
  /** How many reviews a page has. */
  pageSize: number;
  /** Opens a pull request at a commit and gives its address. */
  open(head: string, author?: string): StoredPull;
  /** Changes a pull request, a second later than before. */
  change(pull: StoredPull, changes: Partial<StoredPull>): void;
  close(): void;
}

const isleLight = { name: 'light', owner: { login: 'isle' } };

/** Starts the server on a free loopback port. */
export async function startGithub(): Promise<GithubServer> {
  const server = createServer((request, response) => {
    void answer(github, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const github: GithubServer = {
    host,
    apiUrl: `http://${host}/api/v3`,
    pulls: new Map(),
    requests: [],
    queries: [],
    mayReadChecks: true,
    points: 4999,
    tokens: new Set(),
    accounts: newAccounts(),
    permissions: new Map(),
    forbidden: new Set(),
    fail: () => undefined,
    pageSize: 100,
    delayMs: 0,
    open(sha, author = 'keeper') {
      const number = github.pulls.size + 1;
      const pull: StoredPull = {
        number,
        state: 'open',
        merged_at: null,
        closed_at: null,
        merged_by: null,
        closed_by: null,
        auto_merge: null,
        head: { sha },
        created_at: '2025-01-15T02:30:00Z',
        user: userNamed(author),
        updated_at: '2025-01-15T02:30:00Z',
        labels: [],
        reviews: [],
        details: newDetails(),
        html_url: `http://${host}/isle/light/pull/${number}`,
        base: { repo: isleLight },
      };
      github.pulls.set(number, pull);
      return pull;
    },
    change(pull, changes) {
      const later = new Date(Date.parse(pull.updated_at) + 1000).toISOString();
      Object.assign(pull, { updated_at: later.replace('.000', '') }, changes);
      // What ends has ended after every wait of its test began, whatever second that was.
      const endedAt = new Date(Date.now() + 60_000).toISOString();
      if (changes.state === 'closed')
        Object.assign(pull, { closed_at: endedAt, merged_at: pull.merged_at && endedAt });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return github;
}

interface Handled {
  status: number;
  data: unknown;
  headers?: Record<string, string>;
}

async function answer(
  github: GithubServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url?.startsWith('/api/graphql')) return answerGraphql(github, request, response);
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString() || '{}') as Record<
    string,
    unknown
  >;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const name = `${request.method} ${url.pathname.replace('/api/v3/repos/isle/light', '')}`;
  const failure = github.fail(name);
  if (failure === undefined && answerAccounts(github.accounts, request, response, body))
    return void github.requests.push(name);
  github.tokens.add(request.headers.authorization ?? '');
  if (github.delayMs > 0) await pause(github.delayMs);
  const passes = failure === undefined || failure.done || failure.status === 200;
  const handled = passes ? handle(github, name, url, body) : undefined;
  if (failure?.status === 0) return void request.socket.destroy();
  const { status, data, headers } =
    failure && failure.status !== 200
      ? { status: failure.status, data: { message: failure.message ?? 'said so' }, headers: failure.headers }
      : {
          ...(handled ?? { status: 404, data: { message: 'Not Found' } }),
          headers: { ...handled?.headers, ...failure?.headers },
        };
  const text = JSON.stringify(data);
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 20)}"`;
  const isKnown = status === 200 && request.method === 'GET' && request.headers['if-none-match'] === etag;
  github.requests.push(isKnown ? `${name} 304` : name);
  if (github.delayMs > 0) await pause(github.delayMs);
  response.writeHead(isKnown ? 304 : status, { 'content-type': 'application/json', etag, ...headers });
  response.end(isKnown ? undefined : text);
}

function handle(
  github: GithubServer,
  name: string,
  url: URL,
  body: Record<string, unknown>,
): Handled | undefined {
  const [, login] = /^GET \/collaborators\/([^/]+)\/permission$/.exec(name) ?? [];
  if (login !== undefined) return permissionOf(github, decodeURIComponent(login));
  const ofCommit = answerCommit(github, name, url);
  if (ofCommit !== undefined) return ofCommit;
  const [, method, kind, number, rest = ''] = /^(\w+) \/(pulls|issues)\/(\d+)(?:\/(\w+))?$/.exec(name) ?? [];
  const pull = github.pulls.get(Number(number));
  if (pull === undefined) return undefined;
  switch (`${method} ${kind}/${rest}`) {
    case 'GET pulls/': {
      const { closed_by: _, reviews: __, details: ___, ...data } = pull;
      return { status: 200, data };
    }
    case 'GET issues/':
      return { status: 200, data: { number: pull.number, closed_by: pull.closed_by } };
    case 'GET pulls/reviews':
      return pageOf(github, pull.reviews, url);
    case 'GET pulls/files':
      return pageOf(github, pull.details.files, url);
    case 'PUT pulls/merge':
      return merge(github, pull, body);
    case 'POST issues/labels':
      pull.labels = [...new Set([...pull.labels, ...(body.labels as string[])])];
      return { status: 200, data: [] };
    default:
      return undefined;
  }
}

function permissionOf({ permissions }: GithubServer, login: string): Handled {
  const permission = permissions.get(login);
  if (permission !== undefined) return { status: 200, data: { permission, user: { login } } };
  return { status: 403, data: { message: 'Must have push access to view collaborator permission.' } };
}

function pageOf({ pageSize, host }: GithubServer, rows: readonly unknown[], url: URL): Handled {
  const page = Number(url.searchParams.get('page') ?? 1);
  const data = rows.slice((page - 1) * pageSize, page * pageSize);
  const next = `<http://${host}${url.pathname}?per_page=100&page=${page + 1}>; rel="next", <x>; rel="last"`;
  const headers: Record<string, string> = rows.length > page * pageSize ? { link: next } : {};
  return { status: 200, data, headers };
}

function merge(
  github: GithubServer,
  pull: StoredPull,
  { sha, merge_method: way }: Record<string, unknown>,
): Handled {
  const words: Record<string, string> = {
    merge: 'Merge commits',
    squash: 'Squash merges',
    rebase: 'Rebase merges',
  };
  const refuse = (status: number, message: string) => ({ status, data: { message } });
  if (github.forbidden.has(String(way)))
    return refuse(405, `${words[String(way)]} are not allowed on this repository.`);
  if (pull.state !== 'open') return refuse(405, 'Pull Request is not mergeable');
  if (sha !== pull.head.sha) return refuse(409, 'Head branch was modified. Review and try the merge again.');
  const login: StoredUser = { login: 'nightshift[bot]', id: 1, type: 'Bot' };
  github.change(pull, { state: 'closed', merged_at: pull.updated_at, merged_by: login, closed_by: login });
  return {
    status: 200,
    data: { merged: true, sha: 'f'.repeat(40), message: 'Pull Request successfully merged' },
  };
}
