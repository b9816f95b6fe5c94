import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One pull request, `acme/site#7`, of a server that speaks GitHub's REST API. */
export interface LocalGithub {
  url: string;
  /** Where people open it, as tasks name it. */
  pullUrl: string;
  /** The pull request as the API gives it; tests change it. */
  pull: Record<string, unknown> & { head: { sha: string } };
  reviews: Record<string, unknown>[];
  labels: string[];
  /** Method and path of each request. */
  requests: string[];
  /** What every request is answered with instead, while it is set. */
  refusal?: { status: number; headers?: Record<string, string> } | undefined;
}

/** Starts it on a free port for the time of a test. */
export async function startLocalGithub(): Promise<LocalGithub> {
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString() || '{}');
    const path = (request.url ?? '').split('?')[0] ?? '';
    github.requests.push(`${request.method} ${request.url}`);
    const { status, data, headers } = answer(github, `${request.method} ${path}`, request.url ?? '', body);
    const right = request.headers.authorization === 'Bearer token';
    response.writeHead(right ? status : 401, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(data));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pullUrl = `${url}/acme/site/pull/7`;
  const github: LocalGithub = {
    ...{ url, pullUrl, reviews: [], labels: [], requests: [] },
    pull: {
      ...{ html_url: pullUrl, number: 7, state: 'open', merged: false, merged_at: null },
      ...{ user: { login: 'bot' }, updated_at: '2025-01-15T02:30:00Z', head: { sha: 'a'.repeat(40) } },
      base: { repo: { name: 'site', owner: { login: 'acme' } } },
    },
  };
  return github;
}

function answer(github: LocalGithub, name: string, url: string, body: Record<string, unknown>) {
  const { refusal, pull } = github;
  if (refusal) return { status: refusal.status, headers: refusal.headers, data: { message: 'no' } };
  switch (name) {
    case 'GET /repos/acme/site/pulls/7':
      return { status: 200, data: pull };
    case 'GET /repos/acme/site/issues/7':
      return { status: 200, data: { closed_by: { login: 'closer' } } };
    case 'GET /repos/acme/site/pulls/7/reviews':
      return pageOf(github, url);
    case 'PUT /repos/acme/site/pulls/7/merge':
      if (body.sha !== pull.head.sha) return { status: 409, data: { message: 'Head branch was modified.' } };
      Object.assign(pull, { merged: true, state: 'closed' });
      return { status: 200, data: { merged: true } };
    case 'POST /repos/acme/site/issues/7/labels':
      github.labels.push(...(body.labels as string[]));
      return { status: 200, data: [] };
    default:
      return { status: 404, data: { message: 'Not Found' } };
  }
}

/** Reviews come one to a page, so that pages are followed. */
function pageOf({ url: base, reviews }: LocalGithub, url: string) {
  const page = Number(new URL(url, base).searchParams.get('page') ?? 1);
  const next = `<${base}/repos/acme/site/pulls/7/reviews?page=${page + 1}>; rel="next"`;
  const headers: Record<string, string> = page < reviews.length ? { link: next } : {};
  return { status: 200, headers, data: reviews.slice(page - 1, page) };
}
