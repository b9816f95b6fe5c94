import { describe, expect, it } from 'vitest';
import type { Channel } from '../../contract/words/notifications.ts';
import { recordSweep } from '../../domain/engine/recordSweep.ts';
import { useDatabase } from '../support/databases.ts';
import { forgetDeliveryJobs, storeOf } from '../support/domain.ts';
import { isFullForm } from '../support/form.ts';
import { hangLimitMs } from '../support/hangLimit.ts';
import { liveThrough } from './support/changingNights.ts';
import { dayMs, openChangingWorld } from './support/changingWorld.ts';
import { chanceOf, datesFrom } from './support/nights.ts';

/** How long runs are kept; in few nights less, so that some are pruned. */
const keptDays = isFullForm ? 30 : 8;
/** So long one night may take on a machine that has other work: it is years that are gone through. */
const nightLimitMs = 20_000;
const channels: Channel[] = [{ name: 'slack', recipient: null }];

/** To go through the same nights again, or through fewer: the seed of their chances, and how many they are. */
const { NIGHTSHIFT_SEED: givenSeed, NIGHTSHIFT_NIGHTS: givenNights } = process.env;

for (const [kind, few, many] of [
  ['postgres', 9, 730],
  ['pglite', 2, 60],
] as const) {
  const nights = Number(givenNights ?? (isFullForm ? many : few));

  describe(`Nights in which plan files change (${kind})`, () => {
    const database = useDatabase(kind);
    const store = storeOf(database, channels);

    it(
      `come each to a run or to a told reason, and nothing runs unapproved, in ${nights} nights`,
      async () => {
        const seed = Number(givenSeed ?? Date.now() % 1_000_000);
        await forgetDeliveryJobs(store);
        await recordSweep(store);
        // It ends before today, by whose clock a worker may look.
        const startAt = Math.floor(Date.now() / dayMs) * dayMs - (nights + 60) * dayMs;
        const world = await openChangingWorld(store, chanceOf(seed), { startAt, keptDays });
        try {
          await liveThrough(world, datesFrom(isoDay(startAt + dayMs), isoDay(startAt + nights * dayMs)));
          // Nights in which nothing was done would prove nothing.
          if (nights > 8) expect(world.counts['task: succeeded']).toBeGreaterThan(nights);
          if (nights > 100)
            expect(world.counts['task: awaiting_approval asks before it runs']).toBeGreaterThan(nights / 10);
          if (isFullForm || givenSeed !== undefined) console.log(seed, world.counts);
        } catch (error) {
          throw new Error(`With seed ${seed}: ${(error as Error).message}`, { cause: error });
        } finally {
          await world.close();
        }
      },
      Math.max(hangLimitMs, nights * nightLimitMs),
    );
  });
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
