import { HeadMovedError, MayNotDecideError } from '../errors.ts';
import type { GithubUsers } from '../pulls/pull.ts';
import { isSame, type Viewer } from '../viewer.ts';
import type { DecisionAction } from '../vocabulary.ts';
import type { OpenApproval } from './approval.ts';

/** Says why the policy of an approval refuses a decision, or nothing when it allows it. Whoever may decide may cancel. */
export function refusalByPolicy(
  { policy, escalated, head, author, startedBy }: OpenApproval,
  wish: {
    id: number;
    action: DecisionAction;
    by: Pick<Viewer, 'id' | 'groups'>;
    expectedHeadSha?: string | null | undefined;
  },
  users: GithubUsers = new Map(),
): Error | undefined {
  const { id, action, by, expectedHeadSha } = wish;
  if (expectedHeadSha != null && head !== null && expectedHeadSha.toLowerCase() !== head.toLowerCase())
    return new HeadMovedError(id, expectedHeadSha, head);
  if (action === 'cancel') return undefined;
  const named = [...policy.approvers, ...(escalated ? policy.escalateTo : [])];
  if (policy.approvers.length > 0 && !isNamed(named, by))
    return new MayNotDecideError(id, `only ${named.join(', ')} may ${action} it, not ${by.id}.`);
  if (action === 'approve' && policy.denySelf) {
    if (startedBy !== null && isSame(by.id, startedBy))
      return new MayNotDecideError(id, `${by.id} started its run, so somebody else must approve it.`);
    const authors = author === null ? [] : [author, `github:${author}`, users.get(author.toLowerCase())];
    if (authors.some((one) => one !== undefined && isSame(by.id, one)))
      return new MayNotDecideError(id, `${by.id} wrote its pull request, so somebody else must approve it.`);
  }
  return undefined;
}

function isNamed(named: readonly string[], { id, groups = [] }: Pick<Viewer, 'id' | 'groups'>): boolean {
  return named.some((one) => isSame(one, id) || groups.some((group) => isSame(one, `group:${group}`)));
}
