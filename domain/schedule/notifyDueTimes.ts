import type { DueFacts } from '../../contract/notifications/facts.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Outbox } from '../notifications/outbox.ts';
import { tell } from '../notifications/tell.ts';
import { rulesOf } from '../plans/notifyRules.ts';
import type { PlanDefinition } from '../plans/planDefinition.ts';
import type { PlanKey } from '../plans/planKey.ts';

/** Of which due times to tell. */
export interface ToldOf {
  dueTimes: readonly string[];
  /** Until when those were due that a process recorded and then went away; of three days, unless they are new. */
  leftUntil?: string;
}

/**
 * Tells, within a transaction, of those due times of a plan that were skipped, missed or failed: all together with one
 * notification, and each once, whatever becomes of it later.
 */
export async function notifyDueTimes(
  tx: Queryable,
  outbox: Outbox | undefined,
  { project, name: plan }: PlanKey,
  notify: PlanDefinition['notify'],
  { dueTimes, leftUntil }: ToldOf,
): Promise<void> {
  if (outbox === undefined) return;
  const untold = await tx.query(noteDueTold(plan, dueTimes, project, leftUntil ?? null));
  if (untold.length === 0) return;
  const latest = untold.toSorted((a, b) => Date.parse(b.dueAt) - Date.parse(a.dueAt));
  const payload: DueFacts = { plan, project, dueTimes: latest.slice(0, 20), total: untold.length };
  await tell({ tx, ...outbox, rules: rulesOf(notify) }, 'schedule', { payload });
}

const noteDueTold = statement({
  name: 'note_due_told',
  text: `UPDATE schedule_ticks SET told_at = now()
      WHERE plan = $1 AND project = $3 AND outcome IN ('skipped', 'missed', 'failed') AND told_at IS NULL
        AND (due_at = ANY($2::timestamptz[]) OR recorded_at < now() - interval '1 minute'
          AND due_at > $4::timestamptz - interval '3 days' AND due_at <= $4::timestamptz)
      RETURNING due_at AS "dueAt", outcome, reason`,
  row: {
    dueAt: col.time,
    outcome: col.word<DueFacts['dueTimes'][number]['outcome']>(),
    reason: col.text.orNull,
  },
});
