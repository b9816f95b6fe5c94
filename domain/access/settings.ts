import type { DecisionVia } from '../../contract/words/decisions.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import type { Setting } from '../input/setting.ts';
import type { Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';

/** Gives the settings of this server, without secrets; that somebody read them stays on record. */
export async function readSettings(
  { db, settings = [] }: Pick<Store, 'db' | 'settings'>,
  viewer: Viewer,
  via: DecisionVia = 'graphql',
): Promise<readonly Setting[]> {
  await recordDecision(db, { action: 'read_settings', outcome: 'done', via, ...recordedBy(viewer) });
  return settings;
}
