import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseConfig, openDatabase } from '../../database/database.ts';
import { useDatabase } from '../support/databases.ts';
import { isFullForm } from '../support/form.ts';
import { type PostgresServer, startPostgres } from '../support/postgresServer.ts';
import { chanceOf, datesFrom, nightOf, possibleOutcomes } from './support/nights.ts';
import { type Simulated, simulateNights, type World } from './support/simulateNights.ts';

const zones = ['Europe/Berlin', 'America/New_York'];

/** The nights on which clocks change, in both zones, with those around them. */
const clockChanges = [
  ...datesFrom('2025-03-08', '2025-03-10'),
  ...datesFrom('2025-03-29', '2025-03-31'),
  ...datesFrom('2025-10-25', '2025-10-27'),
  ...datesFrom('2025-11-01', '2025-11-03'),
];
/** Between the stretches of the short form nobody looks, for up to seven months. */
const nights = isFullForm ? datesFrom('2025-01-01', '2025-12-31') : clockChanges;

interface Recorded {
  plan: string;
  dueAt: string;
  outcome: string;
  runId: string | null;
}

describe('Nights with kills, outages, clocks that step and the nights on which clocks change', () => {
  describe('on PostgreSQL, with several replicas', () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server?.remove());

    it(`bring one run a night, made up for once, or are on record, in ${nights.length} nights`, async () => {
      const database = { kill: server.kill, start: server.start };
      const world = { target: server.url(), zones, replicas: isFullForm ? 3 : 2, database };
      await simulateAndCheck(world, { url: server.url() }, nights);
    });
  });

  // Its starts take seconds, so it has no short form.
  if (isFullForm)
    describe('on the embedded database, in one process', () => {
      const database = useDatabase('pglite');

      it(`bring one run a night, made up for once, or are on record, in ${clockChanges.length} nights`, async () => {
        const config = await database.createFresh();
        if (!('dataDir' in config)) throw new Error('expected a directory');
        await simulateAndCheck({ target: config.dataDir, zones, replicas: 1 }, config, clockChanges);
      });
    });
});

async function simulateAndCheck(world: World, config: DatabaseConfig, dates: readonly string[]) {
  const seed = Date.now() % 1_000_000;
  const simulated = await simulateNights(world, dates, chanceOf(seed));
  const db = await openDatabase(config);
  const scheduledRuns = await db.query<Recorded>({
    text: 'SELECT plan, due_at AS "dueAt", outcome, run_id AS "runId" FROM schedule_ticks ORDER BY due_at',
  });
  const runs = await db.query<{ runId: string }>({ text: 'SELECT run_id AS "runId" FROM runs' });
  await db.close();
  const all = datesFrom(dates[0] ?? '', dates.at(-1) ?? '');
  const wrong = zones.flatMap((zone) => {
    const ofPlan = scheduledRuns.filter(({ plan }) => plan === zone.split('/')[1]);
    const due = ofPlan.map(({ dueAt }) => new Date(dueAt).toISOString());
    const expected = all.map((date) => new Date(nightOf(date, zone)).toISOString());
    expect(due, `the due times on record of ${zone}, with seed ${seed}`).toEqual(expected);
    return faultsOf(ofPlan, simulated, all, zone);
  });
  expect(wrong, `with seed ${seed}`).toEqual([]);
  const started = scheduledRuns.flatMap(({ runId }) => (runId === null ? [] : [runId]));
  expect(started.sort(), `with seed ${seed}`).toEqual(runs.map(({ runId }) => runId).sort());
  if (isFullForm) console.log(simulated.weathers, Object.fromEntries(countOutcomes(scheduledRuns)));
}

/** Holds what is on record of a plan against what may have become of each of its due times. */
function faultsOf(
  scheduledRuns: readonly Recorded[],
  { looks, workedOn }: Simulated,
  dates: readonly string[],
  zone: string,
): string[] {
  let isBlocked = false;
  return scheduledRuns.flatMap(({ outcome, runId }, index) => {
    const date = dates[index] ?? '';
    const possible = possibleOutcomes(nightOf(date, zone), looks, isBlocked);
    const ran = outcome === 'started' || outcome === 'made_up';
    isBlocked = !workedOn.has(date) && (isBlocked || ran);
    if (possible.has(outcome) && (runId !== null) === ran) return [];
    return [`${date} ${zone}: ${outcome} with run ${runId}, not ${[...possible].join(' or ')}`];
  });
}

function countOutcomes(scheduledRuns: readonly Recorded[]): Map<string, number> {
  const groups = Map.groupBy(scheduledRuns, ({ outcome }) => outcome);
  return new Map([...groups].map(([outcome, { length }]) => [outcome, length]));
}
