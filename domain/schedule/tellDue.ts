import type { Queryable } from '../../prisma/database/database.ts';
import type { PlanDefinition } from '../engine/planDefinition.ts';
import type { PlanKey } from '../engine/planKey.ts';
import type { Outbox } from '../notify/outbox.ts';
import { rulesOf } from '../notify/rules.ts';
import { tell } from '../notify/tell.ts';
import type { Tick } from './ticks.ts';

/** What is known of due times of a plan that came to nothing; the latest first, at most 20 of them. */
export interface DueFacts {
  plan: string;
  /** Empty for none. */
  project: string;
  dueTimes: Pick<Tick, 'dueAt' | 'outcome' | 'reason'>[];
  total: number;
}

/**
 * Tells, in the transaction that recorded them, of those due times of a plan that were skipped, missed or failed: all
 * together with one notification, and each once, whatever becomes of it later.
 */
export async function tellDue(
  tx: Queryable,
  outbox: Outbox | undefined,
  { project, name: plan }: PlanKey,
  notify: PlanDefinition['notify'],
  dueTimes: readonly string[],
): Promise<void> {
  if (outbox === undefined || dueTimes.length === 0) return;
  const untold = await tx.query<DueFacts['dueTimes'][number]>({
    name: 'note_due_told',
    text: `UPDATE schedule_ticks SET told_at = now()
      WHERE plan = $1 AND project = $3 AND due_at = ANY($2::timestamptz[]) AND outcome IN ('skipped', 'missed', 'failed') AND told_at IS NULL
      RETURNING due_at AS "dueAt", outcome, reason`,
    values: [plan, dueTimes, project],
  });
  if (untold.length === 0) return;
  const latest = untold.toSorted((a, b) => Date.parse(b.dueAt) - Date.parse(a.dueAt));
  const payload: DueFacts = { plan, project, dueTimes: latest.slice(0, 20), total: untold.length };
  await tell({ tx, ...outbox, rules: rulesOf(notify) }, 'schedule', { payload });
}
