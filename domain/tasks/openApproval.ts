import type { ApprovalPolicy } from '../../contract/plan/approvalPolicy.ts';
import { withDefaults } from '../../contract/plan/policyRules.ts';
import type { KnownPull } from '../../contract/pulls/knownPull.ts';
import { type PullKey, pullOfLink } from '../../contract/pulls/pullLinks.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** What a task asks approval for, and by which rules. */
export interface Asked {
  /** A gate comes before the command of its step runs. */
  kind: 'output' | 'gate';
  /** What its plan says of it; what is left out has its default. */
  policy?: Parameters<typeof withDefaults>[0] | null | undefined;
  /** The pull request that is awaited, if it is one. */
  pull?: AwaitedPull | undefined;
}

/** A pull request, whether what its host says of it may end the wait, and what is known of it so far. */
interface AwaitedPull extends PullKey {
  counts: boolean;
  known?: Pick<KnownPull, 'state' | 'head' | 'author' | 'authorId' | 'updatedAt'> | undefined;
}

/**
 * Opens the approval of a task, in the transaction in which it begins to await it: the database refuses to commit a task
 * that awaits approval without one. Whoever ends the wait need not close it, it ends with it. Says whether none was open
 * yet; one that was stays as it is.
 */
export async function openApproval(tx: Queryable, taskId: number, asked: Asked): Promise<boolean> {
  const policy: ApprovalPolicy = withDefaults(asked.policy ?? {});
  const { pull } = asked;
  const opened = await tx.query(
    openApprovalSql(
      taskId,
      asked.kind,
      JSON.stringify(policy),
      policy.expiresAfterMs,
      pull?.host,
      pull?.owner,
      pull?.repo,
      pull?.number,
      pull?.counts ?? false,
      pull && (pull.known?.state ?? 'open'),
      pull?.known?.head,
      pull?.known?.author,
      pull?.known?.authorId,
      pull?.known?.updatedAt,
    ),
  );
  return opened.length > 0;
}

const openApprovalSql = statement({
  name: 'insert_approval',
  text: `INSERT INTO approvals (task_id, kind, policy, expires_at, pull_host, pull_owner, pull_repo, pull_number, pull_own,
        pull_state, pull_head, pull_author, pull_author_id, pull_updated_at)
      VALUES ($1, $2, $3, now() + $4::bigint * interval '1 ms', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      ON CONFLICT (task_id) WHERE ended_at IS NULL DO NOTHING RETURNING id`,
  row: { id: col.int },
});

/** What an outside report says of a task. */
interface Reported {
  id: number;
  outputsUri: string | null;
}

/**
 * Opens the approval of a task of an outside reporter: of the pull request that its link leads to, if it leads to one.
 * Another report may have opened it at the same moment, and the link of the later one counts.
 */
export async function openReported(tx: Queryable, task: Reported, policy?: Asked['policy']): Promise<void> {
  const isNew = await openApproval(tx, task.id, { kind: 'output', policy, pull: awaitedIn(task) });
  if (!isNew) await followLink(tx, task);
}

/** Has the open approval of a task of an outside reporter be about what its link leads to now. */
export async function followLink(tx: Queryable, task: Reported): Promise<void> {
  const pull = awaitedIn(task);
  await tx.query(followLinkSql(task.id, pull?.host, pull?.owner, pull?.repo, pull?.number, pull && 'open'));
}

// A trigger keeps what is known where it is the same pull request, written differently.
const followLinkSql = statement({
  name: 'follow_link',
  text: `UPDATE approvals SET pull_host = $2, pull_owner = $3, pull_repo = $4, pull_number = $5, pull_state = $6,
        pull_head = NULL, pull_author = NULL, pull_author_id = NULL, pull_checked_at = NULL, pull_remark = NULL
      WHERE task_id = $1 AND ended_at IS NULL`,
});

/** Nobody knows whether the pull request of an outside report is the reporter's own, so that its host ends no wait. */
function awaitedIn({ outputsUri }: Reported): AwaitedPull | undefined {
  const pull = outputsUri === null ? undefined : pullOfLink(outputsUri);
  return pull && { ...pull, counts: false };
}
