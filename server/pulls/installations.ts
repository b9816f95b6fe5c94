import { createPrivateKey } from 'node:crypto';
import type { RequestError } from 'octokit';
import { lazily } from '../../contract/lazily.ts';
import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import type { GithubAppKey } from '../settings/githubApp.ts';
import { GithubAwayError, GithubError } from './errors.ts';
import { pauseOf } from './pause.ts';
import { type Send, tellUnreached } from './send.ts';

/** Where the App is known, and how it is asked. */
export interface AppAccess extends GithubAppKey {
  apiUrl: string;
  send: Send;
}

/** A repository of GitHub. */
export type Repository = Pick<PullKey, 'owner' | 'repo'>;

/** Tokens of an App, each for the installation that a repository belongs to. */
export interface InstallationTokens {
  /**
   * Gives the token for a repository; a new one where it ends soon, or GitHub no longer takes `refused`.
   * @throws GithubError, GithubAwayError
   */
  tokenFor(repository: Repository, refused?: string): Promise<string>;
}

/** A token that ends sooner is not used: what it is used for may take a while. */
const leastMs = 5 * 60_000;
/** So long it is known which installation a repository belongs to. */
const knownMs = 3_600_000;
const timeoutMs = 10_000;
const maxRedirects = 3;
const maxKept = 1000;

interface Token {
  token: string;
  until: number;
}

/** Makes what gets tokens for the installations of an App. */
export function openInstallations(access: AppAccess): InstallationTokens {
  const open = lazily(() => openApp(access));
  const installations = new Map<string, { id: number; until: number }>();
  const tokens = new Map<number, Promise<Token>>();
  return {
    async tokenFor(repository, refused) {
      if (refused !== undefined) installations.delete(keyOf(repository));
      const id = await installationOf(repository);
      const known = tokens.get(id);
      const token = await known;
      const isGood = token !== undefined && token.token !== refused && token.until - Date.now() > leastMs;
      if (isGood) return token.token;
      // Those that come while one is made wait for that.
      const next = tokens.get(id);
      return (await (next === undefined || next === known ? makeToken(id, repository) : next)).token;
    },
  };

  async function installationOf(repository: Repository): Promise<number> {
    const key = keyOf(repository);
    const known = installations.get(key);
    if (known && known.until > Date.now()) return known.id;
    const app = await open();
    const { owner, repo } = repository;
    const { data } = await app.octokit.rest.apps
      .getRepoInstallation({ owner, repo })
      .catch((error: unknown) => fail(error, repository));
    if (!Number.isSafeInteger(data.id))
      throw new GithubAwayError('Unexpected answer from GitHub. Check GITHUB_API_URL', { status: 200 });
    installations.delete(key);
    installations.set(key, { id: data.id, until: Date.now() + knownMs });
    if (installations.size > maxKept) installations.delete(installations.keys().next().value ?? '');
    return data.id;
  }

  function makeToken(installationId: number, repository: Repository): Promise<Token> {
    const made = (async () => {
      const app = await open();
      const found = (await app.octokit
        .auth({ type: 'installation', installationId, refresh: true })
        .catch((error: unknown) => fail(error, repository))) as { token: string; expiresAt: string };
      return { token: found.token, until: Date.parse(found.expiresAt) };
    })();
    tokens.set(installationId, made);
    made.catch(() => {
      tokens.delete(installationId);
      installations.delete(keyOf(repository));
    });
    return made;
  }
}

async function openApp({ appId, privateKey, apiUrl, send }: AppAccess) {
  const { App, Octokit } = await import('octokit');
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  return new App({
    appId,
    privateKey: createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    log,
    Octokit: Octokit.defaults({
      baseUrl: trimEndOf(apiUrl, '/'),
      userAgent: 'nightshift',
      throttle: { enabled: false },
      retry: { enabled: false },
      log,
      request: { fetch: sendWithin(send) },
    }),
  });
}

/** A repository that was renamed is elsewhere on the same server; to another one what proves the App does not go. */
function sendWithin(send: Send): Send {
  return async (url, request) => {
    let target = url;
    for (let redirects = 0; ; redirects += 1) {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await send(target, { ...request, redirect: 'manual', signal });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return response;
      await response.body?.cancel();
      const there = new URL(location, target);
      if (there.origin !== new URL(target).origin || redirects === maxRedirects)
        throw new GithubError(
          `GitHub redirects to ${there.host}, which Nightshift does not follow`,
          response.status,
        );
      target = there.href;
    }
  };
}

/** Says what to do about a refusal. */
function fail(error: unknown, { owner, repo }: Repository): never {
  const { status = 0, message: said = '', response, cause } = error as Partial<RequestError>;
  if (response === undefined) {
    if (cause instanceof GithubError) throw cause;
    throw new GithubAwayError(tellUnreached(cause ?? error), { cause: error });
  }
  const message = said.slice(0, 200);
  const headers = Object.entries(response.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const pauseMs = pauseOf({ status, headers: new Headers(headers) }, message);
  if (pauseMs > 0 || status >= 500 || status === 429)
    throw new GithubAwayError(`GitHub answered ${status}`, { status, pauseMs });
  if (status === 401)
    throw new GithubAwayError(
      `GitHub does not accept the GitHub App: ${message}. Check GITHUB_APP_ID, GITHUB_APP_KEY_FILE and the clock of this server`,
      { status },
    );
  throw new GithubError(
    status === 404
      ? `The GitHub App is not installed for ${owner}/${repo}. Install it there, by "Install App" in its settings on GitHub`
      : `GitHub refuses the GitHub App for ${owner}/${repo}: ${message}`,
    status,
  );
}

function keyOf({ owner, repo }: Repository): string {
  return `${owner}/${repo}`.toLowerCase();
}
