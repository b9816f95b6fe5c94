import * as z from 'zod';
import type { PullKey } from '../../contract/pullLinks.ts';
import type { Review } from '../../domain/pulls/applyReview.ts';
import type { Store } from '../../domain/store.ts';
import type { GithubApi } from './api.ts';
import { GithubAwayError, GithubError } from './errors.ts';

const answer = z.object({ permission: z.string() });

/**
 * Gives an approving review with what its reviewer is to the repository by the permission there, which must be to write:
 * a membership alone says nothing of that. Where the token may not ask, or people are listed here, it stays as it is.
 * @throws GithubAwayError
 */
export async function withPermission(
  { admins = [] }: Pick<Store, 'admins'>,
  api: GithubApi,
  { owner, repo }: Pick<PullKey, 'owner' | 'repo'>,
  review: Review,
): Promise<Review> {
  const { state, reviewer } = review;
  if (state !== 'approved' || !reviewer.isPerson || admins.length > 0) return review;
  const path = ['repos', owner, repo, 'collaborators', reviewer.login, 'permission'].map(encodeURIComponent);
  try {
    const found = answer.safeParse((await api.get(`/${path.join('/')}`)).data);
    if (!found.success) return review;
    const mayWrite = ['admin', 'maintain', 'write'].includes(found.data.permission);
    return { ...review, association: mayWrite ? 'COLLABORATOR' : 'NONE' };
  } catch (error) {
    if (error instanceof GithubAwayError || !(error instanceof GithubError)) throw error;
    return review;
  }
}
