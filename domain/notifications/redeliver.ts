import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { refuseDeliveryOutside } from '../bounds/withinBounds.ts';
import { NotFoundError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { newDeliveries } from '../queue/deliveryQueues.ts';
import type { Store } from '../store.ts';
import { type Delivery, deliveryRow, selectDelivery } from './delivery.ts';
import { NotRedeliverableError } from './errors.ts';
import { enqueueDeliveries } from './notify.ts';

/**
 * Sends a delivery again now, with all its tries and the same id, so that its receiver can tell it from a new one. It is
 * named by its id or by the beginning of that, as long as no other has it. Who did it is on record.
 * @throws NotFoundError, NotRedeliverableError, OutOfBoundsError
 */
export async function redeliver(
  store: Store,
  viewer: Viewer,
  name: string,
  via: DecisionVia = 'graphql',
): Promise<Delivery> {
  if (!store.channels?.length)
    throw new NotRedeliverableError(
      name,
      'this server has no notification channel. Configure one and restart the server.',
    );
  const queue = await store.queue();
  const delivery = await store.db.transaction(async (tx) => {
    const id = await idOf(tx, name);
    await refuseDeliveryOutside(tx, boundsFor(viewer, 'operate'), id);
    const refusal = await lockAndJudge(tx, id);
    if (refusal !== undefined) throw new NotRedeliverableError(id, refusal);
    const [asked] = await tx.query(redeliverSql(id));
    if (asked) await enqueueDeliveries(tx, queue, [asked]);
    await recordDecision(tx, {
      action: 'redeliver',
      outcome: 'done',
      subject: id,
      via,
      taskId: asked?.taskId ?? undefined,
      runId: asked?.runId,
      ...recordedBy(viewer),
    });
    return asked;
  });
  store.work.wake(newDeliveries);
  if (delivery) return delivery;
  throw new Error(`Delivery ${name} disappeared although its row was locked.`);
}

const redeliverSql = statement({
  name: 'redeliver',
  text: `UPDATE deliveries SET state = 'pending', due_at = now(), try_base = tries, claimed_until = NULL, delivered_at = NULL
        WHERE id = $1 RETURNING ${selectDelivery}`,
  row: deliveryRow,
});

/** Finds the one delivery whose id begins so. @throws NotFoundError, NotRedeliverableError where several do */
async function idOf(tx: Queryable, beginning: string): Promise<string> {
  const digits = beginning.replaceAll('-', '');
  const [found, other] = await tx.query(deliveryByBeginning(digits.padEnd(32, '0'), digits.padEnd(32, 'f')));
  if (found === undefined) throw new NotFoundError('Delivery', beginning);
  if (other !== undefined)
    throw new NotRedeliverableError(beginning, 'several ids start like this. Give more digits.');
  return found.id;
}

const deliveryByBeginning = statement({
  name: 'delivery_by_beginning',
  text: 'SELECT id FROM deliveries WHERE id BETWEEN $1::uuid AND $2::uuid LIMIT 2',
  row: { id: col.text },
});

/** Says why a delivery cannot be sent again, or nothing when it can. */
async function lockAndJudge(tx: Queryable, id: string): Promise<string | undefined> {
  const [found] = await tx.query(deliveryToRedeliver(id));
  if (found === undefined) throw new NotFoundError('Delivery', id);
  if (found.ended !== null) return `its approval has already ended (${found.ended}).`;
  if (found.isSent) return 'it is being sent now.';
  return found.state === 'cancelled'
    ? 'it was cancelled, because the notification was sent another way.'
    : undefined;
}

const deliveryToRedeliver = statement({
  name: 'delivery_to_redeliver',
  text: `SELECT deliveries.state, coalesce(claimed_until > now(), false) AS "isSent",
        CASE WHEN ended_at IS NOT NULL THEN approvals.state END AS ended
      FROM deliveries LEFT JOIN approvals ON approvals.id = approval_id WHERE deliveries.id = $1 FOR UPDATE OF deliveries`,
  row: { state: col.text, isSent: col.bool, ended: col.text.orNull },
});
