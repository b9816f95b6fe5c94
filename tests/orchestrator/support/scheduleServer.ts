import type { Client } from '../../../client/index.ts';
import { planLabel } from '../../../contract/projectName.ts';
import { scopes } from '../../../contract/words/viewers.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { readScheduledRuns, type ScheduledRun } from '../../../domain/schedule/scheduledRuns.ts';
import type { Store } from '../../../domain/store.ts';
import { outcomeName } from '../../support/outcomeName.ts';
import { planContentOf } from '../../support/planWords.ts';

// Not that of the other tests, which only Vitest can load.
const viewer: Viewer = { id: 'local', kind: 'shared', scopes: new Set(scopes), identified: false };

/**
 * The server's part of a schedule, called without the network so that a test can say what time it is there: the
 * functions of the domain on a real database.
 */
export function scheduleServer(store: Store, now: () => Date): Pick<Client, 'settleDue' | 'scheduledRuns'> {
  const toClient = (scheduledRun: ScheduledRun) => ({
    ...scheduledRun,
    outcome: outcomeName(scheduledRun.outcome),
  });
  return {
    async settleDue({ definition, home, schedule, timezone, dueTimes, catchUp }) {
      const mode = (catchUp ?? 'LATEST').toLowerCase();
      const input = dueTimesInput.parse({
        definition: planContentOf(definition),
        home,
        schedule,
        timezone,
        dueTimes,
        catchUp: mode,
      });
      const settled = await settleDue(store, viewer, input, now().toISOString());
      return {
        __typename: 'SettledDue',
        now: settled.now,
        scheduledRuns: settled.scheduledRuns.map(toClient),
        beganBeside: settled.beganBeside.map((project) => planLabel({ project, name: definition.name })),
      };
    },
    async scheduledRuns({ plan, first } = {}) {
      return (await readScheduledRuns(store.db, plan ?? null, first ?? 50)).map(toClient);
    },
  };
}
