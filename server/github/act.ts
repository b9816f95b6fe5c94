import * as z from 'zod';
import { maxActionTries, type OwedAction, settleAction, takeActions } from '../../domain/pulls/actions.ts';
import type { Store } from '../../domain/store.ts';
import type { Logger } from '../log.ts';
import { callGithub, type GithubAccess, GithubError, pathOf, webHostOf } from './api.ts';

/** Does what approvals owe their pull requests, at most five with one call; without a token they have failed. */
export async function carryOutActions(
  store: Store,
  github: GithubAccess | undefined,
  log: Logger,
): Promise<void> {
  for (const owed of await takeActions(store.db)) {
    const outcome = await tryAction(github, owed);
    await settleAction(store.db, owed.approvalId, outcome.state, outcome.error ?? null);
    const what = {
      approval: owed.approvalId,
      action: owed.action,
      pull: `${owed.owner}/${owed.repo}#${owed.number}`,
    };
    if (outcome.state === 'done') log.info(what, 'An approval was carried to its pull request');
    else
      log.warn(
        { ...what, why: outcome.error, again: outcome.state === 'owed' },
        'An approval could not be carried to its pull request',
      );
  }
}

interface Outcome {
  state: 'owed' | 'done' | 'failed';
  error?: string;
}

async function tryAction(github: GithubAccess | undefined, owed: OwedAction): Promise<Outcome> {
  if (github === undefined)
    return { state: 'failed', error: 'GITHUB_TOKEN of the server is not set, so it was left to you.' };
  if (webHostOf(github.apiUrl) !== owed.host)
    return {
      state: 'failed',
      error: `The server speaks to ${webHostOf(github.apiUrl)}, not to ${owed.host}: see GITHUB_API_URL.`,
    };
  try {
    await (owed.action === 'merge' ? merge(github, owed) : label(github, owed));
    return { state: 'done' };
  } catch (error) {
    if (!(error instanceof GithubError)) throw error;
    // The head has moved since: what would be merged is not what was approved.
    const final = error.status === 409 || owed.tries >= maxActionTries;
    return { state: final ? 'failed' : 'owed', error: `${error.message}.` };
  }
}

async function merge(github: GithubAccess, { headSha, ...pull }: OwedAction): Promise<void> {
  // A try that was interrupted may have merged it.
  const { data } = await callGithub(github, 'GET', pathOf(pull));
  const found = z
    .object({ merged: z.boolean().nullish(), head: z.object({ sha: z.string() }) })
    .safeParse(data);
  if (found.data?.merged) return;
  const sha = headSha ?? found.data?.head.sha;
  await callGithub(github, 'PUT', `${pathOf(pull)}/merge`, sha === undefined ? {} : { sha });
}

async function label(github: GithubAccess, { action, ...pull }: OwedAction): Promise<void> {
  const labels = [action.replace(/^label:/, '')];
  await callGithub(github, 'POST', `${pathOf(pull, 'issues')}/labels`, { labels });
}
