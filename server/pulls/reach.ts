import { webHostOf } from '../../contract/pulls/pullLinks.ts';
import type { PullReach } from '../../contract/pulls/pullReach.ts';
import type { ServerConfig } from '../config.ts';
import type { GithubAccess } from './api.ts';
import { openInstallations } from './installations.ts';
import type { Send } from './send.ts';

/** Says how a server hears of pull requests, and of which host. */
export function reachOf({
  githubApiUrl,
  githubToken,
  githubAppKey,
  githubWebhookSecret,
}: Pick<ServerConfig, 'githubApiUrl' | 'githubToken' | 'githubAppKey' | 'githubWebhookSecret'>): PullReach {
  return {
    host: webHostOf(githubApiUrl),
    asks: githubToken !== undefined || githubAppKey !== undefined,
    hears: githubWebhookSecret !== undefined,
  };
}

/** Says how a server asks for pull requests: as its App where it has one, else by its token; undefined where it does not. */
export function accessOf(
  {
    githubApiUrl: apiUrl,
    githubToken,
    githubAppKey: app,
  }: Pick<ServerConfig, 'githubApiUrl' | 'githubToken' | 'githubAppKey'>,
  send: Send,
): GithubAccess | undefined {
  const token = app ? openInstallations({ ...app, apiUrl, send }) : githubToken;
  return token === undefined ? undefined : { token, apiUrl, send };
}
