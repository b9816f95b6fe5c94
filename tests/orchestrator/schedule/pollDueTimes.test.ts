import { beforeEach, describe, expect, it } from 'vitest';
import { ApiUnreachableError } from '../../../client/index.ts';
import { readScheduledRuns } from '../../../domain/schedule/scheduledRuns.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import type { Plan } from '../../../orchestrator/plan/schema.ts';
import { pollDueTimes } from '../../../orchestrator/schedule/pollDueTimes.ts';
import { refuseRuns } from '../../domain/schedule/support.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { scheduleServer } from '../support/scheduleServer.ts';

describe('A process that keeps a schedule', () => {
  const database = useDatabase('pglite');
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const planOf = (more: object = {}): Plan => {
    const steps = [{ task: 'a', cmd: ['true'] }];
    return readPlan({ schedule: '30 2 * * *', steps, ...more }, '/x/nightly.plan.ts', 'nightly');
  };

  /** A process with a clock of its own and a plan file, and the server that it asks. */
  function begin(first = planOf()) {
    const world = {
      now: '',
      server: '' as string,
      file: (): Plan => first,
      isAway: false,
      said: [] as string[],
    };
    const server = scheduleServer(store, () => new Date(world.server || world.now));
    const unlessAway =
      <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
      async (...given: A) => {
        if (world.isAway) throw new ApiUnreachableError('http://x', 1, new Error('it is away'));
        return call(...given);
      };
    const { look } = pollDueTimes(first, {
      client: { settleDue: unlessAway(server.settleDue), scheduledRuns: unlessAway(server.scheduledRuns) },
      load: async () => world.file(),
      secretsOf: () => [],
      log: (text) => world.said.push(text),
      now: () => new Date(world.now),
    });
    return {
      world,
      /** Looks at each of these times; gives what was said meanwhile. */
      async at(...times: string[]): Promise<string[]> {
        for (const time of times) {
          world.now = time;
          await look();
        }
        return world.said.splice(0);
      },
    };
  }

  const outcomes = async (plan: string | null = null) =>
    (await readScheduledRuns(store.db, plan, 100))
      .reverse()
      .map(({ dueAt, outcome, runId }) => [dueAt.slice(5, 16), outcome, runId]);
  const endRuns = () => store.db.query({ text: "UPDATE agents_tasks SET status = 'succeeded'" });

  it('starts what is due once, and says so once', async () => {
    const { at } = begin();
    expect(await at('2025-01-14T12:00:00Z', '2025-01-15T02:29:00Z')).toEqual([]);
    expect(await at('2025-01-15T02:30:00Z', '2025-01-15T02:31:00Z')).toEqual([
      'nightly, due at 2025-01-15 02:30:00Z: nightly-2025-01-15 was started',
    ]);
    expect(await outcomes()).toEqual([['01-15T02:30', 'started', 'nightly-2025-01-15']]);
  });

  it('makes up for nothing from before it was told of the schedule', async () => {
    const { at } = begin();
    expect(await at('2025-01-15T07:00:00Z', '2025-01-15T07:01:00Z')).toEqual([]);
    expect(await outcomes()).toEqual([]);
  });

  it('records each night of a long absence when it is back, and makes up for the last one', async () => {
    await begin().at('2025-01-14T12:00:00Z', '2025-01-15T02:30:00Z');
    await endRuns();
    const back = begin();
    expect(await back.at('2025-01-21T07:00:00Z')).toEqual([
      'nightly, due 5 times from 2025-01-16 02:30:00Z to 2025-01-20 02:30:00Z: missed, no server was up for more than 12 hours after it was due',
      'nightly, due at 2025-01-21 02:30:00Z: nightly-2025-01-21 was started late, since nothing was running when it was due',
    ]);
    expect(await outcomes()).toHaveLength(7);
    // A further start has nothing to tell.
    expect(await begin().at('2025-01-21T07:10:00Z')).toEqual([]);
  });

  it('asks again until the server is back, and says once that it is away', async () => {
    const { at, world } = begin();
    await at('2025-01-15T02:00:00Z');
    world.isAway = true;
    const said = await at('2025-01-15T02:30:00Z', '2025-01-15T02:31:00Z', '2025-01-15T02:32:00Z');
    expect(said).toEqual([expect.stringMatching(/Could not process the schedule; retrying.*it is away/)]);
    world.isAway = false;
    expect(await at('2025-01-15T02:33:00Z')).toEqual([
      'nightly, due at 2025-01-15 02:30:00Z: nightly-2025-01-15 was started',
    ]);
  });

  it('starts no second run when its clock is put back, and loses none when it is put on', async () => {
    const { at, world } = begin();
    await at('2025-01-15T02:00:00Z', '2025-01-15T02:30:00Z');
    await endRuns();
    await at('2025-01-15T01:31:00Z', '2025-01-15T02:30:00Z', '2025-01-15T02:31:00Z');
    expect(await outcomes()).toHaveLength(1);
    // Its clock is four hours ahead of the server's from now on.
    world.server = '2025-01-16T01:00:00Z';
    await at('2025-01-16T05:00:00Z');
    world.server = '2025-01-16T02:29:00Z';
    await at('2025-01-16T06:29:00Z');
    expect(await outcomes()).toHaveLength(1);
    world.server = '2025-01-16T02:30:00Z';
    await at('2025-01-16T06:30:00Z', '2025-01-16T06:31:00Z');
    expect(await outcomes()).toEqual([
      ['01-15T02:30', 'started', 'nightly-2025-01-15'],
      ['01-16T02:30', 'started', 'nightly-2025-01-16'],
    ]);
  });

  it('follows a schedule that is changed, taken out and put back in the plan file', async () => {
    const { at, world } = begin();
    await at('2025-01-15T02:00:00Z');
    world.file = () => planOf({ schedule: '0 4 * * *', timezone: 'Europe/Berlin' });
    expect(await at('2025-01-15T02:10:00Z', '2025-01-15T02:30:00Z', '2025-01-15T03:00:00Z')).toEqual([
      'nightly is now scheduled at 0 4 * * * Europe/Berlin, next run at 2025-01-15 03:00:00Z',
      'nightly, due at 2025-01-15 03:00:00Z: nightly-2025-01-15 was started',
    ]);
    world.file = () => planOf({ schedule: undefined });
    expect(await at('2025-01-15T12:00:00Z', '2025-01-16T03:00:00Z')).toEqual([
      'nightly no longer has a schedule',
    ]);
    world.file = () => planOf();
    await at('2025-01-16T12:00:00Z');
    expect(await outcomes()).toHaveLength(1);
  });

  it('tells what came by the former schedule before it takes a changed one', async () => {
    const { at, world } = begin();
    await at('2025-01-15T02:00:00Z');
    world.isAway = true;
    await at('2025-01-15T02:30:00Z');
    world.file = () => planOf({ schedule: '0 4 * * *' });
    await at('2025-01-15T02:40:00Z');
    world.isAway = false;
    await at('2025-01-15T02:41:00Z');
    expect(await outcomes()).toEqual([['01-15T02:30', 'made_up', 'nightly-2025-01-15']]);
  });

  it('goes on with the former plan while the file is faulty, and says so once', async () => {
    const { at, world } = begin();
    await at('2025-01-15T02:00:00Z');
    world.file = () => planOf({ schedule: 'sometimes' });
    const said = await at('2025-01-15T02:29:00Z', '2025-01-15T02:30:00Z', '2025-01-15T02:31:00Z');
    expect(said).toEqual([
      expect.stringMatching(/Keeping the previous schedule: .*schedule: expected a cron expression/s),
      'nightly, due at 2025-01-15 02:30:00Z: nightly-2025-01-15 was started',
    ]);
  });

  it('tries what could not be started again until it can be, and says both', async () => {
    const { at } = begin();
    await at('2025-01-15T02:00:00Z');
    const allow = await refuseRuns(store.db);
    expect(await at('2025-01-15T02:30:00Z', '2025-01-15T02:31:00Z')).toEqual([
      expect.stringMatching(/retrying: no room for runs/),
    ]);
    await allow();
    // Another process, too, finds it on record and tries.
    expect(await begin().at('2025-01-15T02:32:00Z')).toEqual([
      'nightly, due at 2025-01-15 02:30:00Z: nightly-2025-01-15 was started',
    ]);
    await at('2025-01-15T02:33:00Z');
    expect(await outcomes()).toEqual([['01-15T02:30', 'started', 'nightly-2025-01-15']]);
  });

  it('keeps plans apart', async () => {
    const other = { ...planOf({ schedule: '0 3 * * *' }), name: 'weekly' };
    const keepers = [begin(), begin(other)];
    for (const time of ['2025-01-15T02:00:00Z', '2025-01-15T02:30:00Z', '2025-01-15T03:00:00Z']) {
      for (const { at } of keepers) await at(time);
    }
    expect(await outcomes()).toEqual([
      ['01-15T02:30', 'started', 'nightly-2025-01-15'],
      ['01-15T03:00', 'started', 'weekly-2025-01-15'],
    ]);
  });
});
