import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A pull request as the server keeps it. */
interface StoredPull {
  number: number;
  state: 'open' | 'closed';
  merged_at: string | null;
  title: string;
  body: string;
  base: { ref: string };
  head: { ref: string; sha: string };
  html_url: string;
  labels: string[];
}

/** A server that speaks the part of GitHub's REST API that proposals use. */
export interface GithubServer {
  apiUrl: string;
  pulls: StoredPull[];
  /** Method and path of each request. */
  requests: string[];
  tokens: Set<string>;
  /** Makes a request fail: gives its status (0 for no answer), or undefined to let it pass; `done` makes it take effect all the same. */
  fail: (request: string) => { status: number; done?: boolean } | undefined;
  /** Tells which commit a branch has, so that pulls know their heads. */
  headOf: (branch: string) => Promise<string>;
}

/** Starts the server on a free port for the time of a test; its one repository is `isle/light`. */
export async function startGithub(): Promise<GithubServer> {
  const github: GithubServer = {
    apiUrl: '',
    pulls: [],
    requests: [],
    tokens: new Set(),
    fail: () => undefined,
    headOf: () => Promise.resolve('0'.repeat(40)),
  };
  const server = createServer(async (request, response) => {
    const body = await readJson(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const name = `${request.method} ${url.pathname}`;
    github.requests.push(name);
    github.tokens.add(request.headers.authorization ?? '');
    const failure = github.fail(name);
    if (failure?.status === 0) return;
    const answer = failure === undefined || failure.done ? await handle(github, name, url, body) : undefined;
    const { status, data } =
      failure === undefined
        ? (answer ?? { status: 404, data: { message: 'Not Found' } })
        : { status: failure.status, data: { message: `said ${failure.status}` } };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  github.apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return github;
}

interface Handled {
  status: number;
  data: unknown;
}

type Body = Record<string, unknown>;

async function handle(
  github: GithubServer,
  name: string,
  url: URL,
  body: Body,
): Promise<Handled | undefined> {
  const [, method, rest = ''] = /^(\w+) \/api\/v3\/repos\/isle\/light\/(.+)$/.exec(name) ?? [];
  if (rest === 'pulls') return method === 'GET' ? listPulls(github, url) : createPull(github, body);
  const [, kind, number] = /^(pulls|issues)\/(\d+)/.exec(rest) ?? [];
  const pull = github.pulls.find((each) => each.number === Number(number));
  if (pull === undefined) return undefined;
  if (kind === 'issues') pull.labels.push(...(body.labels as string[]));
  else Object.assign(pull, body);
  return { status: 200, data: kind === 'issues' ? [] : pull };
}

function listPulls({ pulls }: GithubServer, url: URL): Handled {
  const head = url.searchParams.get('head')?.replace(/^isle:/, '');
  const data = pulls.filter((pull) => pull.state === url.searchParams.get('state') && pull.head.ref === head);
  return { status: 200, data };
}

async function createPull(github: GithubServer, body: Body): Promise<Handled> {
  const branch = String(body.head);
  if (github.pulls.some(({ state, head }) => state === 'open' && head.ref === branch)) {
    return {
      status: 422,
      data: {
        message: 'Validation Failed',
        errors: [{ message: `A pull request already exists for isle:${branch}.` }],
      },
    };
  }
  const number = github.pulls.length + 1;
  const pull: StoredPull = {
    number,
    state: 'open',
    merged_at: null,
    title: String(body.title),
    body: String(body.body),
    base: { ref: String(body.base) },
    head: { ref: branch, sha: await github.headOf(branch) },
    html_url: `https://github.example/isle/light/pull/${number}`,
    labels: [],
  };
  github.pulls.push(pull);
  return { status: 201, data: pull };
}

async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Body);
}
