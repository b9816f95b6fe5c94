import { isListed } from '../../contract/pulls/githubRules.ts';
import { type PullActionState, pullActionState } from '../../contract/words/pulls.ts';
import { publish } from '../../domain/engine/inEngine.ts';
import { readFreeze } from '../../domain/freeze/freeze.ts';
import {
  actionsTogether,
  deferAction,
  type OwedAction,
  settleAction,
  takeActions,
} from '../../domain/pulls/actions.ts';
import { maxTries } from '../../domain/queue/retryPauses.ts';
import type { Store } from '../../domain/store.ts';
import type { Logger } from '../log.ts';
import { type GithubApi, pathOf } from './api.ts';
import { GithubAwayError, GithubError } from './errors.ts';
import { readPull } from './look.ts';

/** Does what approvals owe their pull requests, as far as it is due; without a token it has failed. */
export async function carryOutActions(store: Store, api: GithubApi | undefined, log: Logger): Promise<void> {
  for (let taken = actionsTogether; taken === actionsTogether; ) {
    const actions = await takeActions(store.db);
    for (const owed of actions) await carryOut(store, api, owed, log);
    taken = actions.length;
  }
}

async function carryOut(
  store: Store,
  api: GithubApi | undefined,
  owed: OwedAction,
  log: Logger,
): Promise<void> {
  // It may have been frozen while the one before was carried out.
  if (await readFreeze(store.db)) return deferAction(store.db, owed, 0);
  const pauseMs = api?.pauseMs() ?? 0;
  if (pauseMs > 0) return deferAction(store.db, owed, pauseMs + 1000);
  const { state, error = null } = await tryAction(store, api?.of(owed), owed);
  await settleAction(store, owed, state, error);
  await publish(store, [owed.taskId]);
  const what = { task: owed.taskId, action: owed.action, pull: `${owed.owner}/${owed.repo}#${owed.number}` };
  if (state === 'done') log.info(what, 'Merged or labelled an approved pull request');
  else
    log.warn(
      { ...what, why: error, again: state === pullActionState.pending },
      'Could not merge or label an approved pull request',
    );
}

interface Outcome {
  state: PullActionState;
  error?: string;
}

async function tryAction(
  { github }: Pick<Store, 'github'>,
  api: GithubApi | undefined,
  owed: OwedAction,
): Promise<Outcome> {
  const byHand = `${owed.action === 'merge' ? 'Merge' : 'Label'} it by hand`;
  const failed = (why: string): Outcome => ({ state: 'failed', error: `${why} ${byHand}.` });
  if (api === undefined)
    return failed('GITHUB_TOKEN is not set on the server, and no GitHub App. Set one with write access.');
  if (github !== undefined && github.repositories.length > 0 && !isListed(github, owed))
    return failed(`GITHUB_REPOSITORIES of the server does not list ${owed.owner}/${owed.repo}.`);
  if (api.webHost !== owed.host)
    return failed(`The server uses ${api.webHost}, not ${owed.host}. See GITHUB_API_URL.`);
  try {
    const refusal = owed.action === 'merge' ? await merge(api, owed) : await label(api, owed);
    return refusal === undefined ? { state: 'done' } : failed(refusal);
  } catch (error) {
    if (!(error instanceof GithubError)) throw error;
    // What does not fit will not fit later; rights, checks and connections may come.
    const isFinal =
      ([409, 410, 422].includes(error.status) && !(error instanceof GithubAwayError)) || isHopeless(error);
    if (isFinal || owed.tries >= maxTries) return failed(`${error.message}.`);
    return { state: pullActionState.pending, error: `${error.message}.` };
  }
}

/** Merges the commit that was approved and no other; gives why it never will be. */
async function merge(api: GithubApi, { headSha, ...pull }: OwedAction): Promise<string | undefined> {
  const now = await readPull(api, pull);
  // A try that was interrupted may have merged it.
  if (now.state === 'merged') return undefined;
  if (now.state === 'closed') return 'It was closed without being merged.';
  if (headSha === null) return 'Its commit was unknown when it was approved. Review it again.';
  if (now.headSha !== headSha.toLowerCase())
    return `It is now at ${now.headSha}, not at the approved commit ${headSha}. Review it again.`;
  for (const way of ['merge', 'squash', 'rebase']) {
    try {
      await api.send('PUT', `${pathOf(pull)}/merge`, { sha: headSha, merge_method: way });
      return undefined;
    } catch (error) {
      if (way === 'rebase' || !isWayRefused(error)) throw error;
    }
  }
  return undefined;
}

/** "Merge commits are not allowed on this repository." */
function isWayRefused(error: unknown): boolean {
  return error instanceof GithubError && error.status === 405 && /not allowed on this/i.test(error.message);
}

/** "Changes must be made through the merge queue", "Pull Request is not mergeable": no time mends either. */
function isHopeless({ status, message }: GithubError): boolean {
  return status === 405 && /merge queue|not mergeable/i.test(message);
}

async function label(api: GithubApi, { action, ...pull }: OwedAction): Promise<undefined> {
  await api.send('POST', `${pathOf(pull, 'issues')}/labels`, { labels: [action.replace(/^label:/, '')] });
}
