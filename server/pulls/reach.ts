import { webHostOf } from '../../contract/pulls/pullLinks.ts';
import type { PullReach } from '../../contract/pulls/pullReach.ts';
import type { ServerConfig } from '../config.ts';

/** Says how a server hears of pull requests, and of which host. */
export function reachOf({
  githubApiUrl,
  githubToken,
  githubWebhookSecret,
}: Pick<ServerConfig, 'githubApiUrl' | 'githubToken' | 'githubWebhookSecret'>): PullReach {
  return {
    host: webHostOf(githubApiUrl),
    asks: githubToken !== undefined,
    hears: githubWebhookSecret !== undefined,
  };
}
