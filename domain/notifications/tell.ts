import type { DeliveryKind } from '../../contract/words/notifications.ts';
import { statement } from '../../database/statement.ts';
import type { NotifyRules } from '../plans/notifyRules.ts';
import type { Work } from '../queue/work.ts';
import { notify } from './notify.ts';

/** What notifications of a transaction are written with, and what the plan says of them. */
export interface Telling extends Work {
  rules: NotifyRules;
}

const kinds: Record<keyof NotifyRules, DeliveryKind> = {
  failure: 'step_failed',
  repeat: 'step_failed_again',
  recovery: 'step_recovered',
  summary: 'run_ended',
  unclaimed: 'step_unclaimed',
  schedule: 'run_not_started',
};

/** Tells something, or keeps it for the morning, or does neither, as the plan says. */
export async function tell(
  { tx, queue, channels, rules }: Telling,
  what: keyof NotifyRules,
  about: { payload: object; taskId?: number; runId?: string },
): Promise<void> {
  const when = rules[what];
  const kind = kinds[what];
  if (when === 'now') await notify({ tx, queue, channels }, { kind, ...about });
  if (when !== 'digest') return;
  await tx.query(keepForDigest(kind, about.runId, about.taskId, JSON.stringify(about.payload)));
}

const keepForDigest = statement({
  name: 'keep_for_digest',
  text: 'INSERT INTO digest_entries (kind, run_id, task_id, facts) VALUES ($1, $2, $3, $4)',
});
