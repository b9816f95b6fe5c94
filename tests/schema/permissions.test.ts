import { beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../../contract/words/viewers.ts';
import { ForbiddenError, UnauthenticatedError } from '../../server/access/errors.ts';
import { useDatabase } from '../support/databases.ts';
import { everything, viewerNamed } from '../support/domain.ts';
import { serveGraphql } from '../support/graphql.ts';

const operations: [name: string, scope: Scope, query: string][] = [
  ['tasks', 'read', '{ tasks { nodes { id } } }'],
  ['task', 'read', '{ task(databaseId: 1) { id } }'],
  ['run', 'read', '{ run(runId: "r") { id } }'],
  ['runs', 'read', '{ runs { nodes { id } } }'],
  ['node', 'read', '{ node(id: "VGFzazox") { id } }'],
  ['nodes', 'read', '{ nodes(ids: []) { id } }'],
  ['taskChanged', 'read', 'subscription { taskChanged(runId: "r") { id } }'],
  [
    'createTask',
    'report',
    'mutation { createTask(input: { task: "t", runId: "r", status: QUEUED }) { __typename } }',
  ],
  [
    'updateTask',
    'report',
    'mutation { updateTask(input: { databaseId: 1, logExcerpt: "x" }) { __typename } }',
  ],
  ['approveTask', 'approve', 'mutation { approveTask(input: { databaseId: 1 }) { __typename } }'],
  ['rejectTask', 'approve', 'mutation { rejectTask(input: { databaseId: 1 }) { __typename } }'],
  ['cancelTask', 'approve', 'mutation { cancelTask(input: { databaseId: 1 }) { __typename } }'],
  [
    'decideTasks',
    'approve',
    'mutation { decideTasks(input: { action: CANCEL, databaseIds: [1] }) { __typename } }',
  ],
  [
    'registerPlan',
    'work',
    'mutation { registerPlan(input: { plan: { name: "p", steps: [{ task: "a" }] } }) { __typename } }',
  ],
  ['leaseTask', 'work', 'mutation { leaseTask(input: { worker: "w", requestId: "r" }) { __typename } }'],
  ['extendLease', 'work', 'mutation { extendLease(input: { leaseId: "x" }) { __typename } }'],
  [
    'finishAttempt',
    'work',
    'mutation { finishAttempt(input: { leaseId: "x", ending: EXIT, exitCode: 0, durationMs: 1 }) { __typename } }',
  ],
  ['returnLease', 'work', 'mutation { returnLease(input: { leaseId: "x", hadBegun: true }) { __typename } }'],
  ['drainWorker', 'operate', 'mutation { drainWorker(input: { worker: "w" }) { __typename } }'],
  ...['pausePlan', 'resumePlan', 'retirePlan'].map((name): [string, Scope, string] => [
    name,
    'operate',
    `mutation { ${name}(input: { plan: "nightly" }) { __typename } }`,
  ]),
  ['leaveRun', 'work', 'mutation { leaveRun(input: { runId: "r" }) { __typename } }'],
  ['decisions', 'read', '{ decisions { nodes { databaseId } } }'],
  [
    'trustOrigins',
    'admin',
    'mutation { trustOrigins(input: { plan: "nightly", origins: ["github.com/acme/site"] }) { __typename } }',
  ],
  ['pruneTasks', 'admin', 'mutation { pruneTasks(input: { before: "2020-01-01" }) { deleted } }'],
];

describe('Permission', () => {
  const database = useDatabase('postgres');
  const graphql = serveGraphql(database);
  beforeAll(() => {
    graphql.viewer = everything;
  });

  it.each(operations)('%s needs the %s scope', async (name, scope, query) => {
    const accept = { accept: name === 'taskChanged' ? 'text/event-stream' : 'application/json' };
    const others = (['read', 'report', 'work', 'operate', 'approve'] as const).filter(
      (other) => other !== scope,
    );
    graphql.viewer = viewerNamed('ada', others);
    const refused = await graphql.send(query, {}, accept);
    expect(refused.text).toContain('"code":"FORBIDDEN"');
    expect(refused.text).toContain(`This requires the ${scope} scope, which ada does not have.`);
    if (name !== 'taskChanged') expect(refused.status).toBe(403);

    graphql.viewer = { ...viewerNamed('anonymous', []), kind: 'anonymous', identified: false };
    const unknown = await graphql.send(query, {}, accept);
    expect(unknown.text).toContain('"code":"UNAUTHENTICATED"');
    if (name !== 'taskChanged') expect(unknown.status).toBe(401);

    if (name === 'taskChanged') return;
    graphql.viewer = viewerNamed('ada', [scope]);
    expect((await graphql.send(query)).body.errors).toBe(undefined);
  });

  it('to decide is needed when an update decides', async () => {
    const query =
      'mutation ($state: ApprovalState) { updateTask(input: { databaseId: 99, approvalState: $state }) { __typename } }';
    graphql.viewer = viewerNamed('ada', ['report']);
    for (const state of ['APPROVED', 'REJECTED', 'CANCELLED']) {
      expect((await graphql.send(query, { state })).body.errors[0].extensions.code).toBe('FORBIDDEN');
    }
    expect((await graphql.send(query, { state: 'PENDING' })).body.data.updateTask.__typename).toBe(
      'NotFoundError',
    );
    graphql.viewer = viewerNamed('ada', ['report', 'approve']);
    expect((await graphql.send(query, { state: 'APPROVED' })).body.data.updateTask.__typename).toBe(
      'NotFoundError',
    );
  });

  it('is told by viewer', async () => {
    graphql.viewer = viewerNamed('ada', ['report', 'read']);
    expect((await graphql.send('{ viewer { id scopes } }')).body.data.viewer).toEqual({
      id: 'ada',
      scopes: ['READ', 'REPORT'],
    });
  });

  it('is not needed to read the schema, so GraphiQL works before its key is entered', async () => {
    graphql.viewer = () => {
      throw new UnauthenticatedError();
    };
    expect(
      (await graphql.send('{ __schema { queryType { name } } }')).body.data.__schema.queryType.name,
    ).toBe('Query');
    expect((await graphql.send('{ tasks { totalCount } }')).status).toBe(401);
  });

  it('is refused to a wrong key with 403, whatever is asked', async () => {
    graphql.viewer = () => {
      throw new ForbiddenError('The key is wrong.');
    };
    const { status, body } = await graphql.send('{ viewer { id } }');
    expect(status).toBe(403);
    expect(body.errors).toEqual([{ message: 'The key is wrong.', extensions: { code: 'FORBIDDEN' } }]);
  });
});
