import type { Channel } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Work } from '../queue/work.ts';
import { notify } from './notify.ts';
import { readApprovalFacts } from './notifyApproval.ts';

/** How long a channel that heard of a change hears of no other of the same approval. */
const pauseSeconds = 600;

/**
 * Tells, in the transaction of the change, that what an open approval is about has changed. What waits to be sent of it
 * tells the latest state instead of one more message; where nothing was told yet and no vote was voided, nothing is added.
 */
export async function notifyChange(
  { tx, queue, channels }: Work,
  taskId: number,
  approvalId?: number,
): Promise<void> {
  const found = await readApprovalFacts(tx, { taskId, approvalId });
  if (found === undefined) return;
  const { facts, hadVotes } = found;
  const renewed = await renewWaiting(tx, facts.approvalId, facts);
  // One that is needed is not sent when its reporter tells of it: who has voted must hear of the change all the same.
  const covering = renewed.filter(({ kind }) => !hadVotes || kind === 'approval_changed');
  const untold = channels.filter(({ name, recipient }) =>
    covering.every((one) => one.channel !== name || one.recipient !== recipient),
  );
  const due = await findDue(tx, { approvalId: facts.approvalId, hadVotes, untold, renewed });
  for (const [afterSeconds, those] of Map.groupBy(due, (one) => one.afterSeconds))
    await notify(
      { tx, queue, channels: those },
      {
        kind: 'approval_changed',
        payload: facts,
        afterSeconds,
        taskId,
        approvalId: facts.approvalId,
        runId: facts.runId,
      },
    );
}

/** A delivery that has the latest facts now, before its first try. */
interface Renewed {
  id: string;
  kind: string;
  channel: string;
  recipient: string | null;
}

/** One that is taken at this moment is left as it is, and counts as sent. */
async function renewWaiting(tx: Queryable, approvalId: number, facts: object): Promise<Renewed[]> {
  return tx.query(renewDeliveries(approvalId, JSON.stringify(facts)));
}

const renewDeliveries = statement({
  name: 'renew_deliveries',
  text: `WITH waiting AS (SELECT id FROM deliveries WHERE approval_id = $1 AND state = 'pending' AND tries = 0
        FOR UPDATE SKIP LOCKED)
      UPDATE deliveries SET payload = $2 FROM waiting WHERE deliveries.id = waiting.id
      RETURNING deliveries.id, kind, channel, recipient`,
  row: { id: col.text, kind: col.text, channel: col.text, recipient: col.text.orNull },
});

/** Of these channels those that have to hear of it, and in how many seconds: not sooner after the change before. */
async function findDue(
  tx: Queryable,
  told: { approvalId: number; hadVotes: boolean; untold: readonly Channel[]; renewed: readonly Renewed[] },
): Promise<(Channel & { afterSeconds: number })[]> {
  const { approvalId, hadVotes, untold, renewed } = told;
  if (untold.length === 0) return [];
  return tx.query(
    changesToTell(
      approvalId,
      hadVotes,
      untold.map(({ name }) => name),
      untold.map(({ recipient }) => recipient),
      renewed.map(({ id }) => id),
    ),
  );
}

const changesToTell = statement({
  name: 'changes_to_tell',
  text: `SELECT wanted.name, wanted.recipient,
        greatest(0, ceil(${pauseSeconds} - coalesce(extract(epoch FROM now() - last), ${pauseSeconds})))::int AS "afterSeconds"
      FROM unnest($3::text[], $4::text[]) AS wanted (name, recipient) CROSS JOIN LATERAL (
        SELECT max(began_at) AS last FROM deliveries JOIN delivery_tries ON delivery_id = deliveries.id
        WHERE approval_id = $1 AND kind = 'approval_changed' AND channel = wanted.name
          AND deliveries.recipient IS NOT DISTINCT FROM wanted.recipient) sent
      WHERE $2::boolean OR EXISTS (SELECT 1 FROM deliveries
        WHERE approval_id = $1 AND (tries > 0 OR (state = 'pending' AND id <> ALL ($5::uuid[]))))`,
  row: { name: col.word<Channel['name']>(), recipient: col.text.orNull, afterSeconds: col.int },
});
