import { identityKey } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';

/** Who made a decision, by the name of today. */
export const nameBehind = 'viewer_name(viewer_behind(decisions.viewer))';

/** The condition under which who made a decision is not forgotten: such a vote is nobody's any more while others may come. */
export const isOfSomebody = `NOT EXISTS (SELECT 1 FROM people WHERE forgotten_at IS NOT NULL
  AND people.id = substring(viewer_behind(decisions.viewer) FROM '^person:([0-9]{1,9})$')::int)`;

/** By what whoever made a decision is compared. */
const keyBehind = (decision: string) => `viewer_key(viewer_behind(${decision}.viewer))`;

/** The condition under which a decision is of somebody, by the key of any of their names. */
export const isBy = (key: string) =>
  `${keyBehind('decisions')} = coalesce((SELECT identity_key FROM people WHERE id = person_of_key(${key})), ${key})`;

/** The condition under which the vote of a decision stands: its viewer has not taken it back since. */
export const isNotWithdrawn = `NOT EXISTS (SELECT 1 FROM decisions later WHERE later.approval_id = decisions.approval_id
  AND ${keyBehind('later')} = ${keyBehind('decisions')} AND later.action = 'withdraw' AND later.id > decisions.id)`;

/** Says whether a viewer's vote is among those that approved a task. */
export async function votedBefore(tx: Queryable, taskId: number, viewer: string): Promise<boolean> {
  const votes = await tx.query(votedBeforeSql(taskId, identityKey(viewer)));
  return votes.length > 0;
}

const votedBeforeSql = statement({
  name: 'voted_before',
  text: `SELECT 1 FROM decisions JOIN approvals ON approvals.id = approval_id
      WHERE approval_id = (SELECT max(id) FROM approvals WHERE task_id = $1) AND decisions.id > votes_from
        AND ${isBy('$2')} AND action = 'approve' AND outcome IN ('voted', 'decided') AND ${isNotWithdrawn} LIMIT 1`,
});
