import { beforeAll, expect, it } from 'vitest';
import { rollOnce } from '../../../domain/trends/roll.ts';
import { describeOnEither } from '../../support/databases.ts';
import { serveGraphql } from '../../support/graphql.ts';

const query = `query ($since: DateTime, $until: DateTime, $timezone: String, $plan: String, $first: Int, $orderBy: TrendStepOrder) {
  trends(since: $since, until: $until, timezone: $timezone, plan: $plan) {
    since until timezone completeSince
    days { since until succeeded failed awaitingApproval skipped open }
    steps(first: $first, orderBy: $orderBy) { nodes { project plan task succeeded failed successRate p50Ms isSlowing } totalCount }
    decisions { approved rejected acceptanceRate p50Ms }
  }
}`;

describeOnEither('The query for trends', (database) => {
  const graphql = serveGraphql(database);
  const asked = { since: '2025-03-29', until: '2025-03-31', timezone: 'Europe/Berlin' };

  beforeAll(async () => {
    const sql = (text: string) => database.db().query({ text });
    await sql('ALTER TABLE agents_tasks DISABLE TRIGGER approvals_are_opened');
    await sql(
      `INSERT INTO plans (hash, name, project, definition) VALUES (repeat('a', 64), 'nightly', 'acme/site', '{}')`,
    );
    await sql(`INSERT INTO runs (run_id, created_at, plan_hash) VALUES
      ('one', '2025-03-29T22:30Z', repeat('a', 64)), ('two', '2025-03-29T23:30Z', repeat('a', 64)), ('three', '2025-03-30T21:59Z', NULL)`);
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at, duration_ms) VALUES
      ('lint', 'one', 'succeeded', '2025-03-29T22:30Z', 1000), ('lint', 'two', 'failed', '2025-03-29T23:30Z', 2000),
      ('test', 'two', 'succeeded', '2025-03-29T23:31Z', 3000), ('sync', 'three', 'awaiting_approval', '2025-03-30T21:59Z', 4000)`);
    await sql(`INSERT INTO approvals (task_id, state, policy, requested_at, ended_at) VALUES
      (1, 'approved', '{}', '2025-03-29T22:31Z', '2025-03-29T22:41Z'), (3, 'rejected', '{}', '2025-03-29T23:31Z', '2025-03-30T00:31Z')`);
    while (await rollOnce(database.db()));
  });

  it('gives the days of the zone, of 23 hours too, with steps and decisions', async () => {
    const { body } = await graphql.send(query, asked);
    const none = { succeeded: 0, failed: 0, awaitingApproval: 0, skipped: 0, open: 0 };
    expect(body.data.trends).toMatchObject({
      since: '2025-03-28T23:00:00Z',
      until: '2025-03-31T22:00:00Z',
      timezone: 'Europe/Berlin',
      completeSince: null,
      days: [
        { ...none, since: '2025-03-28T23:00:00Z', until: '2025-03-29T23:00:00Z', succeeded: 1 },
        {
          ...none,
          since: '2025-03-29T23:00:00Z',
          until: '2025-03-30T22:00:00Z',
          failed: 1,
          awaitingApproval: 1,
        },
        { ...none, since: '2025-03-30T22:00:00Z', until: '2025-03-31T22:00:00Z' },
      ],
      decisions: { approved: 1, rejected: 1, acceptanceRate: 0.5 },
    });
    const { steps } = body.data.trends;
    expect(steps.totalCount).toBe(3);
    expect(steps.nodes[0]).toMatchObject({
      project: 'acme/site',
      plan: 'nightly',
      task: 'lint',
      successRate: 0.5,
    });
    expect(Math.abs(steps.nodes[0].p50Ms - 1000)).toBeLessThanOrEqual(48);
    expect(steps.nodes).toContainEqual(expect.objectContaining({ project: null, plan: null, task: 'sync' }));
  });

  it('narrows to a plan, sorts, and says how many steps there are', async () => {
    const { body } = await graphql.send(query, {
      ...asked,
      plan: 'acme/site:nightly',
      first: 1,
      orderBy: 'SLOWEST',
    });
    expect(body.data.trends.steps).toMatchObject({ totalCount: 2, nodes: [{ task: 'test' }] });
    const other = await graphql.send(query, { ...asked, plan: 'weekly' });
    expect(other.body.data.trends.steps).toEqual({ totalCount: 0, nodes: [] });
  });

  it('takes one statement for each field, however many days and steps there are', async () => {
    const fields = ['days { since }', 'steps(first: 200) { nodes { task } }', 'decisions { approved }'];
    const ask = (field: string) => () =>
      graphql.send(`{ trends(since: "2025-01-01", until: "2025-12-31") { timezone ${field} } }`);
    expect(await graphql.statementsOf(ask(''))).toBe(1);
    for (const field of fields) expect(await graphql.statementsOf(ask(field))).toBe(2);
    expect(await graphql.statementsOf(ask(fields.join(' ')))).toBe(4);
    const orders = ['TASKS', 'SLOWING', 'FLAKY'].map(
      (order) => `${order}: steps(orderBy: ${order}) { nodes { task } }`,
    );
    expect(await graphql.statementsOf(ask(orders.join(' ')))).toBe(2);
  });

  it('says what is wrong with a zone, a time and a number', async () => {
    const messageOf = async (variables: object) =>
      (await graphql.send(query, variables)).body.errors[0].message;
    expect(await messageOf({ timezone: 'Mars/Olympus' })).toContain(
      '`timezone` must be an IANA time zone such as Europe/Berlin',
    );
    expect(await messageOf({ since: '2020-01-01' })).toBe(
      'From `since` to `until` there may be at most 366 days.',
    );
    const days = 'must be days in the years 1 to 9999, with as many days before them';
    expect(await messageOf({ until: '0001-02-01' })).toContain(`\`until\` ${days}`);
    expect(await messageOf({ until: '9999-12-31T12:00:00Z' })).toContain(`\`until\` ${days}`);
    expect(await messageOf({ since: '0001-01-01', until: '0001-01-02' })).toContain(`\`since\` ${days}`);
    expect(await messageOf({ ...asked, first: 201 })).toContain('`first`');
  });
});
