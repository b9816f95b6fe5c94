import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  doorsOf,
  type Operation,
  operationFacts,
  operations,
  type ScopedOperation,
  type WorkOperation,
} from '../../../contract/words/operations.ts';
import { scopes } from '../../../contract/words/viewers.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { send } from '../serve.ts';
import { serveViewers, type ViewerServer } from '../serveViewers.ts';
import { mutation, type Sample, samples } from './samples.ts';

/** Operations of which the scope `work` covers any request, and shows what is the caller's. */
const alwaysOfWork: readonly WorkOperation[] = ['pageTasks', 'findPolicyProblems', 'readFreeze'];

const scoped = operations.filter((one): one is ScopedOperation => operationFacts[one].scope !== 'open');

describe('Of all operations', () => {
  const database = useDatabase('postgres');
  let server: ViewerServer;
  const keys = new Map<string, string | undefined>();
  beforeAll(async () => {
    server = await serveViewers(storeOf(database));
    for (const scope of scopes) keys.set(scope, server.keyWith(scope));
    keys.set('every scope but that', undefined);
    keys.set('no key', '');
    keys.set('a wrong key', 'nobody');
  });
  afterAll(() => server.close());

  /** Gives the status of what comes of a request: 200 where it was allowed, whatever it led to. */
  async function askGraphql(query: string, key: string): Promise<number> {
    const isStream = query.startsWith('subscription');
    const gone = new AbortController();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        ...headersFor(key),
        accept: isStream ? 'text/event-stream' : 'application/json',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query }),
      signal: gone.signal,
    });
    const text = isStream ? await firstOf(response) : await response.text();
    gone.abort();
    const status = /"code":"FORBIDDEN"/.test(text) ? 403 : /"code":"UNAUTHENTICATED"/.test(text) ? 401 : 200;
    if (!isStream) expect(response.status).toBe(status);
    if (status === 200) expect(text).not.toContain('GRAPHQL_');
    return status;
  }

  async function askRest({ path, ...sent }: NonNullable<Sample['rest']>, key: string): Promise<number> {
    const { status } = await send(server.url, path, { ...sent, key: null, headers: headersFor(key) });
    return status === 401 || status === 403 ? status : 200;
  }

  it.each(scoped)(
    '%s is for its scope and for admins, by whatever way it is asked for',
    async (operation) => {
      const { scope } = operationFacts[operation];
      const { graphql, rest } = samples[operation];
      const { field, routes } = doorsOf(operation);
      expect([graphql !== undefined, rest !== undefined]).toEqual([field !== undefined, routes.length > 0]);
      const others = server.keyWith(
        ...scopes.filter((one) => one !== scope && one !== 'admin' && one !== 'work'),
      );
      const [answers, expected] = [new Map<string, object>(), new Map<string, object>()];
      for (const [who, known] of keys) {
        const key = known ?? others;
        const inGraphql = alwaysOfWork.includes(operation as WorkOperation) && who === 'work';
        const due = who === scope || who === 'admin' ? 200 : who === 'no key' ? 401 : 403;
        answers.set(who, {
          ...(graphql && { graphql: await askGraphql(graphql, key) }),
          ...(rest && { rest: await askRest(rest, key) }),
        });
        expected.set(who, { ...(graphql && { graphql: inGraphql ? 200 : due }), ...(rest && { rest: due }) });
      }
      expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(expected));
    },
  );

  it('an update that decides needs the scopes of both', async () => {
    const graphql = mutation('updateTask', 'databaseId: 9999, approvalState: APPROVED');
    const rest = { path: '/agents/tasks/9999', method: 'PATCH', json: { approval_state: 'approved' } };
    for (const [key, status] of [
      [server.keyWith('report'), 403],
      [server.keyWith('approve', 'work', 'operate'), 403],
      [server.keyWith('report', 'approve'), 200],
    ] as const)
      expect([await askGraphql(graphql, key), await askRest(rest, key)]).toEqual([status, status]);
  });

  it('those that are read by GET need the same by HEAD', async () => {
    const reads = scoped
      .flatMap((operation) => samples[operation].rest ?? [])
      .filter(({ method }) => !method);
    for (const { path } of reads) {
      const statuses = [];
      for (const key of ['', keys.get('report') ?? '', keys.get('read') ?? ''])
        statuses.push(await askRest({ path, method: 'HEAD' }, key));
      // What has no HEAD says so to everybody.
      expect([path, statuses]).toEqual([
        path,
        path.includes('decisions.csv') ? [200, 200, 200] : [401, 403, 200],
      ]);
    }
  });

  it('those that are open answer without a key, and with one that has no scope', async () => {
    const open = operations.filter((one) => operationFacts[one].scope === 'open');
    const answered: Record<Exclude<Operation, ScopedOperation>, [path: string, status: number][]> = {
      readViewer: [],
      useGraphql: [['/graphql', 200]],
      readReadiness: [['/ready', 200]],
      readDocumentation: [
        ['/docs', 200],
        ['/openapi.json', 200],
      ],
      openPage: [
        ['/', 200],
        ['/tasks', 200],
        ['/tasks/9', 200],
        ['/runs', 200],
        ['/runs/r', 200],
        ['/plans/p', 200],
        ['/approvals', 200],
        ['/trends', 200],
        ['/settings', 200],
        ['/theme.js', 200],
        ['/favicon.svg', 200],
        ['/assets/none.js', 404],
      ],
      listSessions: [],
      endSession: [],
      endSessions: [],
      signIn: [['/sign-in', 200]],
      signInByLink: [['/sign-in/code', 200]],
      signOut: [],
      decideByLink: [['/a/none', 404]],
      signInCli: [['/sign-in/cli', 400]],
      signInByIssuer: [
        ['/sign-in/issuer', 404],
        ['/sign-in/issuer/callback', 404],
      ],
      receiveEvent: [],
      signInByGithub: [
        ['/sign-in/github', 404],
        ['/sign-in/github/callback', 404],
      ],
    };
    expect(Object.keys(answered).sort()).toEqual([...open].sort());
    for (const key of ['', server.keyWith()]) {
      expect(await askGraphql('{ viewer { id } }', key)).toBe(200);
      for (const [path, status] of Object.values(answered).flat()) {
        const headers = { ...headersFor(key), accept: 'text/html' };
        expect([path, (await send(server.url, path, { key: null, headers })).status]).toEqual([path, status]);
      }
    }
    // Without a secret for its signatures it takes nothing.
    expect((await send(server.url, '/webhooks/github', { method: 'POST', key: null, json: {} })).status).toBe(
      404,
    );
  });
});

function headersFor(key: string): Record<string, string> {
  return key === '' ? {} : { authorization: `Bearer ${key}` };
}

/** Reads what comes first of a stream: an error, or the sign that it is open. */
async function firstOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  return Buffer.from(value ?? []).toString();
}
