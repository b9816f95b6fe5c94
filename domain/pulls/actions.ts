import type { Queryable } from '../../prisma/database/database.ts';

/** Something that an approval brings about at its pull request: `merge`, or `label:` and a name. */
export interface OwedAction {
  approvalId: number;
  action: string;
  host: string;
  owner: string;
  repo: string;
  number: number;
  /** The commit that was approved, if it is known. */
  headSha: string | null;
  /** Which try this is, from 1. */
  tries: number;
}

/** After so many tries an action has failed. */
export const maxActionTries = 6;

/** Takes owed actions whose time has come, for a minute or longer with each try, so that no other process does them. */
export async function takeActions(db: Queryable): Promise<OwedAction[]> {
  return db.query<OwedAction>({
    name: 'take_pull_actions',
    text: `UPDATE approvals SET pull_action_tries = pull_action_tries + 1,
        pull_action_at = clock_timestamp() + interval '1 minute' * power(3, least(pull_action_tries, 5))
      WHERE id IN (SELECT id FROM approvals WHERE pull_action_state = 'owed' AND pull_action_at <= clock_timestamp()
        ORDER BY pull_action_at LIMIT 5 FOR UPDATE SKIP LOCKED)
      RETURNING id AS "approvalId", pull_action AS action, pull_host AS host, pull_owner AS owner, pull_repo AS repo,
        pull_number AS number, pull_head AS "headSha", pull_action_tries AS tries`,
  });
}

/** Writes down what came of an action: done, failed for good, or owed still with the error of its last try. */
export async function settleAction(
  db: Queryable,
  approvalId: number,
  state: 'owed' | 'done' | 'failed',
  error: string | null,
): Promise<void> {
  await db.query({
    name: 'settle_pull_action',
    text: `UPDATE approvals SET pull_action_state = $2, pull_action_error = $3 WHERE id = $1 AND pull_action_state = 'owed'`,
    values: [approvalId, state, error],
  });
}
