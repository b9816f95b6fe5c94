import { beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../../support/databases.ts';
import { viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

describe('A freeze in GraphQL', () => {
  const database = useDatabase('postgres');
  const graphql = serveGraphql(database);
  beforeEach(() => database.truncate());
  const ask = async (query: string) => (await graphql.send(query)).body;
  const freeze = (why: string) =>
    ask(`mutation { freeze(input: { why: "${why}" }) { __typename ... on Freeze { by why since }
      ... on AlreadyFrozenError { message freeze { by why } } ... on InvalidInputError { issues { path } } } }`);
  const thaw = () =>
    ask('mutation { thaw(input: {}) { __typename ... on ThawedServer { freeze { by why } } } }');

  it('is shown to readers, and names whose it is to who comes second', async () => {
    expect((await ask('{ freeze { by } }')).data).toEqual({ freeze: null });
    graphql.viewer = viewerNamed('ann@example.org', ['operate', 'read']);
    expect((await freeze('an incident')).data.freeze).toEqual({
      __typename: 'Freeze',
      by: 'ann@example.org',
      why: 'an incident',
      since: expect.stringMatching(/Z$/),
    });
    graphql.viewer = viewerNamed('bob@example.org', ['operate', 'read']);
    expect((await freeze('another')).data.freeze).toEqual({
      __typename: 'AlreadyFrozenError',
      message: expect.stringMatching(
        /^The server is frozen already: frozen by ann@example\.org since .*: an incident\.$/,
      ),
      freeze: { by: 'ann@example.org', why: 'an incident' },
    });
    expect((await ask('{ freeze { by why } }')).data.freeze).toEqual({
      by: 'ann@example.org',
      why: 'an incident',
    });
    const ended = { __typename: 'ThawedServer', freeze: { by: 'ann@example.org', why: 'an incident' } };
    expect((await thaw()).data.thaw).toEqual(ended);
    expect((await thaw()).data.thaw).toEqual({ ...ended, freeze: null });
  });

  it('wants a reason', async () => {
    graphql.viewer = viewerNamed('ann@example.org', ['operate']);
    expect((await freeze(' ')).data.freeze).toEqual({
      __typename: 'InvalidInputError',
      issues: [{ path: ['why'] }],
    });
  });
});
