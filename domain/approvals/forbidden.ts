import type { DecisionAction, DecisionVia } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { recordedBy, recordForEach } from '../audit/audit.ts';
import { mayDo, type Viewer } from '../input/viewer.ts';
import { maxInteger } from '../tasks/input.ts';
import { maxDecidedTogether } from './decideTasks.ts';

/**
 * Leaves on record that somebody known tries to decide without the scope for it, who is refused. Who has proved no
 * identity leaves no row: strangers could fill the table.
 */
export async function recordForbidden(
  db: Queryable,
  viewer: Viewer,
  wish: { ids: readonly number[]; action: DecisionAction; via: DecisionVia },
): Promise<void> {
  if (mayDo(viewer, 'approve') || !viewer.identified) return;
  const ids = wish.ids.filter((id) => Number.isInteger(id) && Math.abs(id) <= maxInteger);
  await recordForEach(
    db,
    ids.slice(0, maxDecidedTogether).map((id) => ({ id })),
    {
      action: wish.action,
      via: wish.via,
      outcome: 'refused',
      refusal: `${viewer.id} does not have the approve scope.`,
      ...recordedBy(viewer),
    },
  );
}
