import * as z from 'zod';
import { pullStateOf } from '../../contract/pulls/pullState.ts';
import { approvalKinds, approvalStates } from '../../contract/words/approvals.ts';
import { problemsOfApprovals } from '../../domain/approvals/problemsOfApprovals.ts';
import { readApprovals } from '../../domain/approvals/read.ts';
import type { Store } from '../../domain/store.ts';

/** Writes the latest approval of a task for `?include=approval`; null where nobody was ever asked. */
export async function writeApproval(store: Store, taskId: number): Promise<string> {
  const [approval] = await readApprovals(store.db, [taskId]);
  if (!approval) return 'null';
  const { policy, pullRequest: pull } = approval;
  const [problem] = await problemsOfApprovals(store, [approval]);
  return JSON.stringify({
    id: approval.id,
    kind: approval.kind,
    state: approval.state,
    required: policy.required,
    approvers: policy.approvers,
    on_approve: policy.onApprove,
    voters: approval.voters,
    requested_at: approval.requestedAt,
    expires_at: approval.expiresAt,
    stale_at: approval.staleAt,
    problem,
    pull_request: pull && {
      repository: `${pull.owner}/${pull.repo}`,
      number: pull.number,
      state: pullStateOf(pull),
      head_sha: pull.headSha,
      author: pull.author,
    },
  });
}

/** What `writeApproval` writes, for the API's description. */
export const approvalJson = z
  .object({
    id: z
      .int()
      .meta({ description: 'Send it as `approval_id` to decide about this approval and no later one.' }),
    kind: z.enum(approvalKinds).meta({
      description: '`output`: approval of the output of the step; `gate`: approval before the step runs.',
    }),
    state: z.enum(approvalStates),
    required: z.int(),
    approvers: z.array(z.string()),
    on_approve: z.string(),
    voters: z.array(z.string()),
    requested_at: z.string(),
    expires_at: z.string().nullable(),
    stale_at: z.string().nullable(),
    problem: z
      .string()
      .nullable()
      .meta({ description: 'Why nobody can approve it with the current configuration.' }),
    pull_request: z
      .object({
        repository: z.string(),
        number: z.int(),
        state: z.string().meta({
          description:
            '`open`, `merged`, `closed`, `not_checked` until the server has checked it, or `unknown` if the server cannot read it.',
        }),
        head_sha: z
          .string()
          .nullable()
          .meta({ description: 'Send it as `expected_head_sha` to decide about this commit only.' }),
        author: z.string().nullable(),
      })
      .nullable(),
  })
  .nullable()
  .meta({ id: 'Approval', description: 'The latest approval of a task.' });
