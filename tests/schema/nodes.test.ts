import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../domain/approvals/decide.ts';
import { planDefinition } from '../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../domain/plans/plans.ts';
import { createTask } from '../../domain/reporting/create.ts';
import { nodeKinds } from '../../schema/nodeKinds.ts';
import { describeOnEither } from '../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../support/domain.ts';
import { serveGraphql } from '../support/graphql.ts';

const everyNode = `{
  runs { nodes { id } }
  tasks { nodes { id attempts { id } approval { id } decisions { id } deliveries { id } } }
  decisions { nodes { id } }
  deliveries { nodes { id } }
  scheduledRuns(plan: "odd \\"plan\\"") { id }
  ofProject: scheduledRuns(plan: "acme/site:nightly") { id }
  plans { contents { nodes { id } } }
}`;

const readNodes = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Attempt { number attempted: task { databaseId } }
  ... on Approval { databaseId state awaits: task { databaseId } }
  ... on Decision { action viewer }
  ... on Delivery { deliveryId task { databaseId } }
  ... on ScheduledRun { plan project dueAt outcome }
  ... on PlanContent { hash } } }`;

const uuid = '8a0f4a53-2f0c-4f0e-9d59-0f2f3a3a5b10';

const neverGiven = [
  '',
  ':',
  'Task',
  'Task:',
  'Task:0',
  'Task:01',
  'Task:2147483648',
  'Task:1 ',
  'Run:',
  'Run:\0',
  'Viewer:1',
  'Approval:x',
  'Approval:-1',
  'Attempt:1',
  'Attempt:1.2.3',
  'Attempt:1.',
  'Attempt:.1',
  'Attempt:1.0',
  'PlanContent:',
  'PlanContent:ab',
  `PlanContent:${'A'.repeat(64)}`,
  'Decision:0',
  'Decision:1e3',
  'Decision:9999999999999999',
  'Delivery:1',
  `Delivery:${uuid.toUpperCase()}`,
  'ScheduledRun:',
  'ScheduledRun:[]',
  'ScheduledRun:{',
  'ScheduledRun:null',
  'ScheduledRun:["2025-01-15","","nightly"]',
  'ScheduledRun:["","",""]',
  ...[
    'ScheduledRun:["2025-01-15T02:30:00Z","",7]',
    'ScheduledRun:["2025-01-15T02:30:00Z","","\\u0000"]',
    'constructor:1',
  ],
  ...[
    'ScheduledRun:["2025-01-15T02:30:00Z","","\\ud800"]',
    '__proto__:1',
    `Run:${'x'.repeat(65)}`,
    'x'.repeat(9000),
  ],
];

describeOnEither('Global ids', (database) => {
  const channels = [{ name: 'slack', recipient: null } as const];
  const store = storeOf(database, channels);
  const graphql = serveGraphql(database, channels);
  let ids: string[] = [];

  beforeEach(async () => {
    await database.truncate();
    for (const runId of ['r1', 'r2']) {
      const input = { task: 'asks', runId, status: 'awaiting_approval' as const };
      const { task } = await createTask(store, everything, input);
      await decideTask(store, viewerNamed('ann'), task.id, 'approve');
      await database.db().query({
        text: `INSERT INTO task_attempts (lease_id, task_id, number, worker, request_id, lease_expires_at, log_excerpt)
          SELECT gen_random_uuid(), $1, number, 'w', gen_random_uuid(), now(), 'printed' FROM generate_series(1, 2) AS number`,
        values: [task.id],
      });
    }
    await database.db().query({
      text: `INSERT INTO schedule_ticks (plan, project, due_at, outcome) VALUES
        ('odd "plan"', '', '2025-01-15T02:30:00Z', 'missed'), ('nightly', 'acme/site', '2025-01-15T02:30:00.5Z', 'started')`,
    });
    await registerPlan(
      database.db(),
      everything,
      planDefinition.parse({ name: 'tidy', steps: [{ task: 'a' }] }),
    );
    const { body } = await graphql.send(everyNode);
    expect(body.errors).toBeUndefined();
    ids = [...new Set(JSON.stringify(body.data).match(/(?<="id":")[^"]+/g))];
  });

  const read = async (wanted: string[]) => (await graphql.send(readNodes, { ids: wanted })).body;

  it('are given by every type that has one, and read the same row again, in the order asked for', async () => {
    const wanted = [...ids, ...ids.slice(0, 3)].reverse();
    const { data } = await read(wanted);
    expect(data.nodes.map(({ id }: { id: string }) => id)).toEqual(wanted);
    const types = new Set(data.nodes.map(({ __typename }: { __typename: string }) => __typename));
    expect([...types].sort()).toEqual(Object.keys(nodeKinds).sort());
    const ofType = (name: string) =>
      data.nodes.filter(({ __typename }: { __typename: string }) => __typename === name);
    expect(ofType('ScheduledRun')).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ plan: 'odd "plan"', project: null, dueAt: '2025-01-15T02:30:00Z' }),
        expect.objectContaining({ plan: 'nightly', project: 'acme/site', dueAt: '2025-01-15T02:30:00.500Z' }),
      ]),
    );
    expect(ofType('Attempt')).toHaveLength(4);
    expect(ofType('Approval')).toContainEqual(
      expect.objectContaining({ state: 'APPROVED', awaits: { databaseId: 1 } }),
    );
  });

  it('are read with one statement for each type, however many', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const statements = await graphql.statementsOf(() => graphql.send(query, { ids }));
    expect(statements).toBe(Object.keys(nodeKinds).length);
  });

  it('of an attempt do not tell its lease, which is what its worker reports with', async () => {
    const leases = await database
      .db()
      .query<{ id: string }>({ text: 'SELECT lease_id AS id FROM task_attempts' });
    const texts = ids.map((id) => Buffer.from(id, 'base64url').toString());
    for (const { id } of leases) expect(texts.filter((text) => text.includes(id))).toEqual([]);
  });

  it('that could be given and are of nothing find null', async () => {
    const absent = [
      'Task:99',
      'Run:none',
      'Approval:99',
      'Attempt:1.99',
      'Attempt:99.1',
      'Decision:99999',
      `Delivery:${uuid}`,
      `PlanContent:${'0'.repeat(64)}`,
      'ScheduledRun:["2025-01-15T02:30:00Z","","nightly"]',
      'ScheduledRun:["2025-01-15T02:30:01Z","acme/site","nightly"]',
    ].map((text) => Buffer.from(text).toString('base64url'));
    expect(await read(absent)).toEqual({ data: { nodes: absent.map(() => null) } });
  });

  it('that nobody was given are refused with what was expected', async () => {
    for (const text of neverGiven) {
      const id = Buffer.from(text).toString('base64url');
      const { body } = await graphql.send('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(body.errors?.[0].message, text).toMatch(
        /^`id` must be an id that this server returned, got ".*"\.$/s,
      );
      expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
    }
  });

  it('need the read scope, whatever they are of', async () => {
    graphql.viewer = viewerNamed('eve', ['report', 'work', 'operate', 'approve']);
    for (const id of ids) {
      const { body } = await graphql.send('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
    }
    graphql.viewer = everything;
  });
});
