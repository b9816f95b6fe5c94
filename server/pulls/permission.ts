import * as z from 'zod';
import { identityKey } from '../../contract/people/identityKey.ts';
import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import type { Review } from '../../domain/pulls/review.ts';
import type { Store } from '../../domain/store.ts';
import type { GithubApi } from './api.ts';
import { GithubAwayError, GithubError } from './errors.ts';

const answer = z.object({ permission: z.string() });

/** Says whether a login may write to a repository; undefined where the token may not ask. @throws GithubAwayError */
export type MayWrite = (login: string) => Promise<boolean | undefined>;

/**
 * Makes what asks for the permissions of people in the repository of a pull request, for the time of one look: once for
 * each, and for nobody any more once the token was told that it may not ask.
 */
export function openPermissions(api: GithubApi, { owner, repo }: Pick<PullKey, 'owner' | 'repo'>): MayWrite {
  const known = new Map<string, boolean | undefined>();
  let mayAsk = true;
  const ask = async (login: string): Promise<boolean | undefined> => {
    const path = ['repos', owner, repo, 'collaborators', login, 'permission'].map(encodeURIComponent);
    try {
      const { success, data } = answer.safeParse((await api.get(`/${path.join('/')}`)).data);
      return success ? ['admin', 'maintain', 'write'].includes(data.permission) : undefined;
    } catch (error) {
      if (error instanceof GithubAwayError || !(error instanceof GithubError)) throw error;
      if (error.status === 403) mayAsk = false;
      return undefined;
    }
  };
  return async (login) => {
    const key = identityKey(login);
    if (mayAsk && !known.has(key)) known.set(key, await ask(login));
    return known.get(key);
  };
}

/**
 * Gives an approving review with what its reviewer is to the repository by the permission there, which must be to write:
 * a membership alone says nothing of that. Where the token may not ask, or people are listed here, it stays as it is.
 * @throws GithubAwayError
 */
export async function withPermission(
  { admins = [] }: Pick<Store, 'admins'>,
  mayWrite: MayWrite,
  review: Review,
): Promise<Review> {
  const { state, reviewer } = review;
  if (state !== 'approved' || !reviewer.isPerson || admins.length > 0) return review;
  const isAllowed = await mayWrite(reviewer.login);
  return isAllowed === undefined ? review : { ...review, association: isAllowed ? 'COLLABORATOR' : 'NONE' };
}
