import { beforeAll, describe, expect, it } from 'vitest';
import { ForbiddenError, UnauthenticatedError } from '../../server/access/errors.ts';
import { useDatabase } from '../support/databases.ts';
import { everything, viewerNamed } from '../support/domain.ts';
import { serveGraphql } from '../support/graphql.ts';

describe('Permission', () => {
  const database = useDatabase('postgres');
  const graphql = serveGraphql(database);
  beforeAll(() => {
    graphql.viewer = everything;
  });

  it('that is missing is named, to somebody known and to others', async () => {
    const query = 'mutation { pruneTasks(input: { before: "2020-01-01" }) { deleted } }';
    graphql.viewer = viewerNamed('ada', ['read', 'operate']);
    expect((await graphql.send(query)).text).toContain(
      'This requires the admin scope, which ada does not have.',
    );
    graphql.viewer = { ...viewerNamed('anonymous', []), kind: 'anonymous', identified: false };
    expect((await graphql.send(query)).text).toContain('This requires the admin scope. Send a key');
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
