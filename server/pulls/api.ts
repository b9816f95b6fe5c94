import * as z from 'zod';
import { type PullKey, webHostOf } from '../../contract/pulls/pullLinks.ts';
import { oneLine } from '../../contract/text/plainText.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { GithubAwayError, GithubError } from './errors.ts';
import type { InstallationTokens, Repository } from './installations.ts';
import { pauseOf, unknownPauseMs } from './pause.ts';
import { type Send, tellUnreached } from './send.ts';

/** Where GitHub's API is, and as whom it is called. */
export interface GithubAccess {
  /** A token, or those of an App's installations. */
  token: string | InstallationTokens;
  /** @default 'https://api.github.com' */
  apiUrl: string;
  send: Send;
}

/** The JSON of an answer and the address of its next page. */
export interface Page {
  data: unknown;
  next: string | undefined;
}

/** An answer of GraphQL. */
export interface Answer {
  data: unknown;
  /** Why parts of it are missing, in GitHub's words; undefined where none is. */
  problem: string | undefined;
}

/** GitHub's API as it is called here. Calls throw GithubError, and GithubAwayError when it cannot be asked now. */
export interface GithubApi {
  /** Where people open its pull requests. */
  webHost: string;
  /** The same for what concerns a repository, where an App has a token of its own for each owner. */
  of(repository: Repository): GithubApi;
  /** Reads; what has not changed since it was read last counts against no limit. */
  get(path: string): Promise<Page>;
  /**
   * Asks by GraphQL. Where GitHub refuses a part, the answer is what is left of it, and why.
   */
  query(text: string, variables: object): Promise<Answer>;
  /** Changes something. */
  send(method: 'PUT' | 'POST', path: string, body: object): Promise<void>;
  /**
   * For how many milliseconds it wants to be left alone; until then nothing is sent. GraphQL has a limit of its own.
   * @default 'rest'
   */
  pauseMs(kind?: 'rest' | 'graphql'): number;
  /** Ends what is on its way and sends nothing more. */
  close(): void;
}

/** The path of a pull request below the API's address. @throws GithubError for names that would lead elsewhere */
export function pathOf({ owner, repo, number }: PullKey, kind: 'pulls' | 'issues' = 'pulls'): string {
  if ([owner, repo].some((name) => /^\.*$/.test(name)))
    throw new GithubError(`${owner}/${repo} is not a repository`, 404);
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/${kind}/${number}`;
}

const waits = 'GitHub asks to wait before further requests';
const timeoutMs = 10_000;
const maxRedirects = 3;
const maxKept = 1000;

/** Makes what calls an API; it keeps the pauses that the API asks for. */
export function openGithubApi({ token, apiUrl, send }: GithubAccess): GithubApi {
  const base = trimEndOf(apiUrl, '/');
  const { origin } = new URL(base);
  const closing = new AbortController();
  const kept = new Map<string, Page & { tag: string }>();
  const graphqlUrl = base.endsWith('/api/v3') ? base.replace(/v3$/, 'graphql') : `${base}/graphql`;
  const pausedUntil = { rest: 0, graphql: 0 };
  const kindOf = (url: string) => (url === graphqlUrl ? 'graphql' : 'rest');
  const pauseMs: GithubApi['pauseMs'] = (kind = 'rest') => Math.max(0, pausedUntil[kind] - performance.now());
  const pauseFor = (ms: number, kinds: readonly ('rest' | 'graphql')[]) => {
    for (const kind of kinds) pausedUntil[kind] = Math.max(pausedUntil[kind], performance.now() + ms);
  };

  const sendOnce = async (url: string, request: RequestInit): Promise<Response> => {
    const pause = pauseMs(kindOf(url));
    if (pause > 0) throw new GithubAwayError(waits, { pauseMs: pause });
    try {
      return await send(url, {
        ...request,
        headers: {
          accept: 'application/vnd.github+json',
          'user-agent': 'nightshift',
          'x-github-api-version': '2022-11-28',
          ...request.headers,
        },
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
      });
    } catch (error) {
      throw new GithubAwayError(tellUnreached(error));
    }
  };

  /** A repository that was renamed is elsewhere on the same server; to another one the token does not go. */
  const sendOn = async (url: string, request: RequestInit): Promise<Response> => {
    let target = url;
    for (let redirects = 0; ; redirects += 1) {
      const response = await sendOnce(target, request);
      const location = response.headers.get('location');
      if (![301, 302, 307, 308].includes(response.status) || location === null) return response;
      await response.body?.cancel();
      const there = new URL(location, target);
      if (there.origin !== origin || redirects === maxRedirects)
        throw new GithubError(
          `GitHub redirects to ${there.host}, which Nightshift does not follow`,
          response.status,
        );
      target = there.href;
    }
  };

  const callAs = async (bearer: string, url: string, request: RequestInit): Promise<Response> => {
    const headers = { authorization: `Bearer ${bearer}`, ...request.headers };
    const response = await sendOn(url, { ...request, headers });
    const { status, ok } = response;
    const said = ok || status === 304 ? '' : await response.text().catch(() => '');
    const pause = pauseOf(response, said);
    // The points of each are counted apart; whoever is asked to slow down is so in both.
    const isApart =
      response.headers.get('x-ratelimit-remaining') === '0' && !response.headers.has('retry-after');
    pauseFor(pause, isApart ? [kindOf(url)] : ['rest', 'graphql']);
    if (ok || status === 304) return response;
    const message = `GitHub answered ${status}${messageIn(said)}`;
    const isLimit = status === 429 || (status === 403 && pause > 0);
    if (isLimit || status >= 500) throw new GithubAwayError(message, { status, pauseMs: pause });
    throw new GithubError(message, status);
  };

  /** A token of an installation can end early, as when its App was installed anew: then there is another one. */
  const callFor = async (repository: Repository | undefined, url: string, request: RequestInit) => {
    if (typeof token === 'string') return callAs(token, url, request);
    if (repository === undefined)
      throw new GithubError('The GitHub App has tokens for repositories only', 403);
    const bearer = await tokenOf(token, repository);
    try {
      return await callAs(bearer, url, request);
    } catch (error) {
      if (!(error instanceof GithubError) || error.status !== 401) throw error;
      return callAs(await tokenOf(token, repository, bearer), url, request);
    }
  };

  const tokenOf = async (tokens: InstallationTokens, repository: Repository, refused?: string) => {
    const pause = pauseMs();
    if (pause > 0) throw new GithubAwayError(waits, { pauseMs: pause });
    try {
      return await tokens.tokenFor(repository, refused);
    } catch (error) {
      if (error instanceof GithubAwayError) pauseFor(error.pauseMs, ['rest', 'graphql']);
      throw error;
    }
  };

  /** A limit of GraphQL's comes with the status 200. */
  const readAnswer = async (response: Response): Promise<Answer> => {
    const { data, errors = [] } = parseAnswer(await readJson(response));
    const problem = errors.length === 0 ? undefined : messageOf(errors);
    if (errors.some(({ type }) => type === 'RATE_LIMITED')) {
      const pause = pauseMs('graphql') || unknownPauseMs;
      pauseFor(pause, ['graphql']);
      throw new GithubAwayError(`GitHub answered: ${problem}`, { status: 200, pauseMs: pause });
    }
    return { data: data ?? null, problem };
  };

  const apiFor = (repository: Repository | undefined): GithubApi => ({
    webHost: webHostOf(apiUrl),
    pauseMs,
    close: () => closing.abort(),
    of: (another) => (typeof token === 'string' ? apiFor(undefined) : apiFor(another)),
    async get(path) {
      const url = path.startsWith(`${base}/`) ? path : `${base}${path}`;
      const before = kept.get(url);
      const headers: Record<string, string> = before ? { 'if-none-match': before.tag } : {};
      const response = await callFor(repository, url, { headers });
      if (response.status === 304 && before) return before;
      const page = { data: await readJson(response), next: nextOf(response) };
      const tag = response.headers.get('etag');
      kept.delete(url);
      if (tag !== null) kept.set(url, { ...page, tag });
      if (kept.size > maxKept) kept.delete(kept.keys().next().value ?? '');
      return page;
    },
    async query(text, variables) {
      return readAnswer(await callFor(repository, graphqlUrl, asJson('POST', { query: text, variables })));
    },
    async send(method, path, body) {
      const response = await callFor(repository, `${base}${path}`, asJson(method, body));
      await response.body?.cancel();
    },
  });
  return apiFor(undefined);
}

function asJson(method: string, body: object): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

const answerOfGraphql = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ type: z.string().nullish(), message: z.string() })).nullish(),
});

function parseAnswer(answer: unknown): {
  data?: unknown;
  errors?: { type?: string | null | undefined; message: string }[];
} {
  const { success, data: parsed } = answerOfGraphql.safeParse(answer);
  if (!success) throw new GithubError('Unexpected answer from GitHub. Check GITHUB_API_URL', 200);
  return { data: parsed.data, errors: parsed.errors ?? [] };
}

function messageOf(errors: readonly { message: string }[]): string {
  const messages = new Set(errors.map(({ message }) => oneLine(message).slice(0, 200)));
  return [...messages].slice(0, 3).join('; ');
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new GithubAwayError('GitHub did not answer with JSON', { status: response.status });
  }
}

function nextOf({ headers }: Response): string | undefined {
  return /<([^<>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];
}

function messageIn(text: string): string {
  const message = /"message":\s*"((?:[^"\\]|\\.){1,200})/.exec(text)?.[1];
  return message === undefined ? '' : `: ${message}`;
}
