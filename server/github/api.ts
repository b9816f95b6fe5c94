import type { PullKey } from '../../domain/pulls/pull.ts';

/** Sends a request; `fetch` or what guards it. */
export type Send = (url: string, request: RequestInit) => Promise<Response>;

/** Where GitHub's API is, and as whom it is called. */
export interface GithubAccess {
  token: string;
  /** @default 'https://api.github.com' */
  apiUrl: string;
  send: Send;
}

/** The API refused, or could not be reached. The message names no token. */
export class GithubError extends Error {
  override readonly name = 'GithubError';
  /** 0 when there was no answer. */
  readonly status: number;
  /** When it may be asked again, in milliseconds from now, where it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status: number, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Where people open pull requests of an API. */
export function webHostOf(apiUrl: string): string {
  const { host } = new URL(apiUrl);
  return host === 'api.github.com' ? 'github.com' : host.toLowerCase();
}

/** The path of a pull request below the API's address. */
export function pathOf({ owner, repo, number }: PullKey, kind: 'pulls' | 'issues' = 'pulls'): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/${kind}/${number}`;
}

const timeoutMs = 10_000;

/** Makes one call of the API; gives the JSON of the answer and the address of its next page. @throws GithubError */
export async function callGithub(
  { token, apiUrl, send }: GithubAccess,
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  body?: object,
): Promise<{ data: unknown; next: string | undefined }> {
  const base = apiUrl.replace(/\/+$/, '');
  let response: Response;
  try {
    response = await send(path.startsWith(`${base}/`) ? path : `${base}${path}`, {
      method,
      headers: {
        ...{
          authorization: `Bearer ${token}`,
          accept: 'application/vnd.github+json',
          'user-agent': 'nightshift',
        },
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    throw new GithubError(late ? 'GitHub did not answer within 10 s' : 'GitHub could not be reached', 0);
  }
  const data: unknown = await response.json().catch(() => undefined);
  if (response.ok)
    return { data, next: /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1] };
  const said =
    typeof data === 'object' && data !== null && 'message' in data ? `: ${String(data.message)}` : '';
  const message = `GitHub answered ${response.status}${said.slice(0, 200)}`;
  throw new GithubError(message, response.status, pauseOf(response));
}

/** How long a refusal asks to be left alone; only a rate limit does. */
function pauseOf({ status, headers }: Response): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const seconds = headers.get('retry-after');
  if (seconds !== null && /^\d+$/.test(seconds)) return Number(seconds) * 1000;
  if (headers.get('x-ratelimit-remaining') !== '0') return undefined;
  return Math.max(0, Number(headers.get('x-ratelimit-reset') ?? 0) * 1000 - Date.now());
}
