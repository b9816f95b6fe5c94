import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { openSession, type SessionOwner } from '../../../domain/access/sessions.ts';
import { recogniseSignIn } from '../../../domain/access/signIn.ts';
import { useFreshDatabases } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { list, startOn } from '../access/keyServers.ts';
import { send } from '../serve.ts';
import { signIn } from './signedIn.ts';

const listed = '{ nodes { databaseId owner state isCurrent } totalCount }';

interface Listed {
  nodes: { databaseId: number; owner: string; state: string; isCurrent: boolean }[];
  totalCount: number;
}

describe('Sessions in GraphQL', () => {
  const databases = useFreshDatabases('postgres');

  /** A server with sessions of two services and of two people, who came by an issuer. */
  async function start() {
    const config = await databases.createFresh();
    const server = await startOn(config);
    const [ci, other, admin] = [
      await server.create('ci', ['read']),
      await server.create('other', ['read']),
      await server.create('boss', ['admin']),
    ];
    const db = await openDatabase(config);
    const person = async (name: string, grants: string[]): Promise<SessionOwner> => {
      const found = await recogniseSignIn(
        { db },
        { kind: 'issuer', issuer: 'https://i.example', subject: name, name, label: name, grants, groups: [] },
      );
      return { person: found.person, principal: found.principal };
    };
    const cli = async (name: string, owner: SessionOwner) =>
      (
        await openSession(
          { db },
          { owner, client: 'cli', proof: 'issuer', viewer: { id: name, kind: 'person' }, via: 'cli' },
        )
      ).token;
    const [annOwner, bobOwner] = [
      await person('ann@example.org', ['viewer']),
      await person('bob@example.org', ['viewer']),
    ];
    const ann = [await cli('ann@example.org', annOwner), await cli('ann@example.org', annOwner)] as const;
    const bob = await cli('bob@example.org', bobOwner);
    await db.close();
    const ask = async (bearer: string | null, query: string) => {
      const headers: Record<string, string> = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
      return send(server.url, '/graphql', { method: 'POST', key: null, headers, json: { query } });
    };
    const sessions = async (bearer: string, args = '') => {
      const answer = await ask(bearer, `{ sessions${args} ${listed} }`);
      return answer.json<{ data: { sessions: Listed } }>().data.sessions;
    };
    const query = <Row extends object>(text: string) =>
      ask(admin, text).then((answer) => answer.json<{ data: Row }>().data);
    return { server, ci, other, admin, ann, bob, ask, sessions, query };
  }

  it('are one’s own, those of others for admins, page by page', async () => {
    const { server, ci, other, admin, ann, bob, ask, sessions } = await start();
    const [browser] = [
      await signIn(server.url, ci),
      await signIn(server.url, ci),
      await signIn(server.url, other),
    ];
    const mine = (await browser.ask(`{ sessions ${listed} }`)).json<{ data: { sessions: Listed } }>().data
      .sessions;
    expect(mine.nodes.map(({ owner, isCurrent }) => [owner, isCurrent])).toEqual([
      ['service:ci', false],
      ['service:ci', true],
    ]);
    // A key sees the sessions that it opened.
    expect(await sessions(ci)).toMatchObject({ totalCount: 2 });
    expect((await sessions(ann[0])).nodes.map(({ owner }) => owner)).toEqual([
      'ann@example.org',
      'ann@example.org',
    ]);
    expect(await sessions(ann[0], '(of: "Ann@Example.org")')).toMatchObject({ totalCount: 2 });
    expect(await sessions(admin)).toEqual({ nodes: [], totalCount: 0 });
    expect(await sessions(admin, '(everybody: true)')).toMatchObject({ totalCount: 6 });
    expect((await sessions(admin, '(of: "BOB@example.org")')).nodes).toMatchObject([
      { owner: 'bob@example.org' },
    ]);
    const first = await ask(
      admin,
      '{ sessions(everybody: true, first: 4) { nodes { databaseId } pageInfo { endCursor hasNextPage } } }',
    );
    type Page = { nodes: { databaseId: number }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    const page = first.json<{ data: { sessions: Page } }>().data.sessions;
    expect(page.pageInfo.hasNextPage).toBe(true);
    const rest = await sessions(admin, `(everybody: true, after: "${page.pageInfo.endCursor}")`);
    const ids = [...page.nodes, ...rest.nodes].map(({ databaseId }) => databaseId);
    expect(ids).toEqual([...ids].sort((one, two) => two - one));
    expect(new Set(ids).size).toBe(6);
    for (const refused of ['(everybody: true)', '(of: "bob@example.org")', '(of: "service:ci")']) {
      const answer = await ask(ann[0], `{ sessions${refused} { nodes { databaseId } } }`);
      expect([refused, answer.status, answer.text]).toEqual([refused, 403, expect.stringContaining('admin')]);
    }
    expect((await ask(null, '{ sessions { nodes { databaseId } } }')).status).toBe(401);
    expect((await ask(bob, '{ viewer { id session { client owner } } }')).json()).toEqual({
      data: { viewer: { id: 'bob@example.org', session: { client: 'CLI', owner: 'bob@example.org' } } },
    });
    expect((await ask(ci, '{ viewer { session { client } } }')).json()).toEqual({
      data: { viewer: { session: null } },
    });
  });

  it('are ended by whoever is signed in, or by an admin, and who did stays on record', async () => {
    const { server, admin, ann, bob, ask, sessions, query } = await start();
    const bobs = (await sessions(bob)).nodes[0]?.databaseId;
    const end = (bearer: string, id: number | undefined) =>
      ask(
        bearer,
        `mutation { endSession(input: { databaseId: ${id} }) { __typename ... on Session { state endedBy } } }`,
      );
    for (const id of [bobs, 999_999]) {
      const answer = await end(ann[0], id);
      expect(answer.text).toContain('"InvalidInput');
    }
    const works = async (token: string) =>
      (await send(server.url, list, { key: null, headers: { authorization: `Bearer ${token}` } })).status ===
      200;
    expect(await works(bob)).toBe(true);
    expect((await end(admin, bobs)).json()).toMatchObject({
      data: { endSession: { state: 'ENDED', endedBy: 'service:boss' } },
    });
    expect(await works(bob)).toBe(false);
    // Again is the same, and no second entry.
    expect((await end(admin, bobs)).json()).toMatchObject({
      data: { endSession: { endedBy: 'service:boss' } },
    });
    const current = (await sessions(ann[0])).nodes.find(({ isCurrent }) => isCurrent)?.databaseId;
    expect((await end(ann[0], current)).json()).toMatchObject({ data: { endSession: { state: 'ENDED' } } });
    expect([await works(ann[0]), await works(ann[1])]).toEqual([false, true]);

    const all = (bearer: string, of = '') =>
      ask(bearer, `mutation { endSessions(input: { ${of} }) { __typename ... on EndedSessions { count } } }`);
    expect((await all(ann[1], 'of: "bob@example.org"')).status).toBe(403);
    expect((await all(ann[1])).json()).toMatchObject({ data: { endSessions: { count: 1 } } });
    expect(await works(ann[1])).toBe(false);
    const [one, two] = [await signIn(server.url, admin), await signIn(server.url, admin)];
    expect((await all(admin, 'of: "service:boss"')).json()).toMatchObject({
      data: { endSessions: { count: 2 } },
    });
    expect([(await one.send(list)).status, (await two.send(list)).status]).toEqual([401, 401]);
    expect((await all(admin, 'of: "nobody"')).json()).toMatchObject({ data: { endSessions: { count: 0 } } });
    expect((await all(admin, String.raw`of: "no\u0000body"`)).json()).toMatchObject({
      data: { endSessions: { __typename: 'InvalidInputError' } },
    });
    expect(
      (await ask(admin, String.raw`{ sessions(of: "no\u0000body") { totalCount } }`)).json(),
    ).toMatchObject({
      errors: [{ message: expect.stringContaining('must not contain a NUL character') }],
    });
    expect(await sessions(admin, '(everybody: true, all: true)')).toMatchObject({ totalCount: 5 });

    const record = await eventually(async () => {
      const { decisions } = await query<{
        decisions: { nodes: { action: string; viewer: string; subject: string | null }[] };
      }>('{ decisions { nodes { action viewer subject } } }');
      return decisions.nodes.filter(({ action }) => /SESSIONS|SIGN_OUT/.test(action)).reverse();
    });
    expect(record).toEqual([
      { action: 'END_SESSIONS', viewer: 'service:boss', subject: 'bob@example.org' },
      { action: 'SIGN_OUT', viewer: 'ann@example.org', subject: null },
      { action: 'END_SESSIONS', viewer: 'ann@example.org', subject: 'ann@example.org' },
      { action: 'END_SESSIONS', viewer: 'service:boss', subject: 'service:boss' },
    ]);
  });
});
