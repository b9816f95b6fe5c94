import { beforeEach, expect, it } from 'vitest';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { nextDueOf } from '../../../domain/schedule/nextDue.ts';
import { setPlanState } from '../../../domain/schedule/planState.ts';
import { settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

const due = (schedule: string, timezone: string, readAt: string, most = 3) =>
  nextDueOf({ schedule, timezone, state: 'active', readAt }, most);

it('goes by the time zone of the schedule through both changes of its clock', () => {
  // 02:30 is left out on 29 March, and is due right after the change.
  expect(due('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00.000Z')).toEqual([
    '2026-03-28T01:30:00.000Z',
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
  // It comes twice on 25 October, and is due the first time.
  expect(due('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00.000Z')).toEqual([
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
    '2026-10-27T01:30:00.000Z',
  ]);
  expect(due('0 0 29 2 *', 'UTC', '2026-01-01T00:00:00.000Z')).toEqual([
    '2028-02-29T00:00:00.000Z',
    '2032-02-29T00:00:00.000Z',
  ]);
  expect(due('no schedule', 'UTC', '2026-01-01T00:00:00.000Z')).toEqual([]);
});

describeOnBoth('The next due times of a plan, in GraphQL,', (database) => {
  const graphql = serveGraphql(database);
  beforeEach(() => database.truncate());

  it('are those after now, and say whether anything starts then', async () => {
    const store = graphql.store();
    const add = (name: string) =>
      settleDue(store, everything, {
        definition: planDefinition.parse({ name, steps: [{ task: 'a' }] }),
        schedule: '0 * * * *',
        timezone: 'Europe/Berlin',
        dueTimes: [],
        catchUp: 'latest',
      });
    for (const name of ['active', 'paused', 'retired']) await add(name);
    for (const state of ['paused', 'retired'] as const)
      await setPlanState(store, everything, state, { plan: state, reason: null });
    await graphql.send(
      'mutation { registerPlan(input: { plan: { name: "by-hand", steps: [{ task: "a" }] } }) { __typename } }',
    );
    const { body } = await graphql.send(
      '{ plans(retired: true) { plan startsWhenDue nextDueAt one: nextDueAt(first: 1) } }',
    );
    expect(body.errors).toBeUndefined();
    const byName = new Map<string, { startsWhenDue: boolean; nextDueAt: string[]; one: string[] }>(
      body.data.plans.map((plan: { plan: string }) => [plan.plan, plan]),
    );
    expect([...byName].map(([name, { startsWhenDue }]) => [name, startsWhenDue])).toEqual([
      ['active', true],
      ['by-hand', false],
      ['paused', false],
      ['retired', false],
    ]);
    expect(byName.get('by-hand')?.nextDueAt).toEqual([]);
    const { nextDueAt = [], one } = byName.get('active') ?? {};
    expect(nextDueAt).toHaveLength(5);
    expect(one).toEqual(nextDueAt.slice(0, 1));
    expect(byName.get('paused')?.nextDueAt).toHaveLength(5);
    const [first = '', second = ''] = nextDueAt;
    expect(Date.parse(first)).toBeGreaterThan(Date.now() - 60_000);
    expect(Date.parse(second) - Date.parse(first)).toBe(3_600_000);
    for (const wrong of [0, 21]) {
      const refused = await graphql.send(`{ plans { nextDueAt(first: ${wrong}) } }`);
      expect(refused.body.errors[0].message).toContain('first');
    }
  });
});
