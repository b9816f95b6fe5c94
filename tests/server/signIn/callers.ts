import { hashOfKey, makeKeyText } from '../../../contract/keyText.ts';
import { type Role, roleFacts } from '../../../contract/words/people.ts';
import type { Scope } from '../../../contract/words/viewers.ts';
import { openSession, type SessionOwner } from '../../../domain/access/sessions.ts';
import { recogniseSignIn } from '../../../domain/access/signIn.ts';
import type { RunningServer } from '../../../server/server.ts';

/** How somebody comes: the headers of each request, where to, and what they may do, or how they are refused. */
export interface Caller {
  who: string;
  headers: Record<string, string>;
  may?: readonly Scope[];
  refused?: readonly number[];
  at?: 'name';
}

/** Signs people, services and the keys that are shared in, and gives who comes with what, right and wrong. */
export async function callersOf(plain: RunningServer, named: RunningServer): Promise<Caller[]> {
  const sql = (text: string) => plain.store.db.query<{ id: number }>({ text });
  const viewer = { id: 'test', kind: 'person' } as const;

  /** Opens a session; with a secret of a page as on this computer, else as under a name with TLS. */
  async function open(owner: SessionOwner, client: 'browser' | 'cli' = 'browser', pageSecret?: string) {
    const start = { owner, client, proof: 'issuer', viewer, pageSecret, via: 'page' } as const;
    return openSession(plain.store, start);
  }

  async function personWith(role: Role): Promise<SessionOwner> {
    const { person, principal } = await recogniseSignIn(plain.store, {
      kind: 'issuer',
      issuer: 'https://login.example.org',
      subject: `${role}-${makeKeyText()}`,
      name: `${role}-${makeKeyText().slice(-12)}@example.org`,
      label: role,
      grants: [role],
      groups: [],
    });
    return { person, principal };
  }

  async function serviceWith(scope: Scope): Promise<{ key: number }> {
    const key = makeKeyText();
    const [made] = await sql(
      `INSERT INTO api_keys (name, prefix, sha256, scopes, made_by) VALUES ('${key.slice(-12).toLowerCase()}', '${key.slice(0, 12)}',
        '${hashOfKey(key)}', '{${scope}}', 'test') RETURNING id`,
    );
    return { key: made?.id ?? 0 };
  }

  const cookieName = () => `nightshift-${new URL(plain.url).port}`;

  /** What a page on this computer sends. */
  async function byPage(owner: SessionOwner) {
    const secret = makeKeyText();
    const { token, id } = await open(owner, 'browser', secret);
    const headers = { cookie: `${cookieName()}=${token}`, 'x-nightshift-session': secret };
    return { headers, token, id, secret };
  }

  const good = await Promise.all(
    (['viewer', 'operator', 'approver', 'admin'] as const).map(async (role): Promise<Caller> => {
      const { headers } = await byPage(await personWith(role));
      return { who: role, headers, may: roleFacts[role].scopes };
    }),
  );
  const approver = await personWith('approver');
  const { scopes } = roleFacts.approver;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const underName = (token: string, more: Record<string, string> = { 'x-nightshift-session': 'on' }) => ({
    host: 'nightshift.example.org',
    cookie: `__Host-nightshift=${token}`,
    ...more,
  });
  const cli = await open(approver, 'cli');
  const secure = await open(approver);
  const page = await byPage(approver);
  const [ended, idle, expired, revoked, removed] = await Promise.all([
    byPage(approver),
    byPage(approver),
    byPage(approver),
    byPage(await serviceWith('admin')),
    byPage(await personWith('admin')),
  ]);
  await sql(`UPDATE sessions SET ended_at = clock_timestamp(), ended_by = 'test' WHERE id = ${ended.id}`);
  await sql(`UPDATE sessions SET seen_at = clock_timestamp() - interval '5 hours' WHERE id = ${idle.id}`);
  await sql(`UPDATE sessions SET expires_at = clock_timestamp() WHERE id = ${expired.id}`);
  await sql(
    `UPDATE api_keys SET revoked_at = clock_timestamp(), revoked_by = 'test' FROM sessions
      WHERE key_id = api_keys.id AND sessions.id = ${revoked.id}`,
  );
  await sql(
    `UPDATE people SET removed_at = clock_timestamp(), removed_by = 'test' FROM sessions
      WHERE person_id = people.id AND sessions.id = ${removed.id}`,
  );
  const { cookie } = page.headers;
  const all = roleFacts.admin.scopes;
  return [
    ...good,
    {
      who: 'a service that reports',
      may: ['report'],
      headers: (await byPage(await serviceWith('report'))).headers,
    },
    { who: 'the key for emergencies', may: all, headers: (await byPage({ shared: 'admin' })).headers },
    { who: 'the machine’s key', may: all, headers: (await byPage({ shared: 'local' })).headers },
    { who: 'a command line', may: scopes, headers: bearer(cli.token) },
    { who: 'a page under a name', at: 'name', may: scopes, headers: underName(secure.token) },
    ...[ended, idle, expired, revoked, removed].map(({ headers }, index) => ({
      who: `over ${index}`,
      headers,
      refused: [401],
    })),
    { who: 'a wrong secret', refused: [401], headers: { cookie, 'x-nightshift-session': makeKeyText() } },
    { who: 'on as a secret', refused: [401], headers: { cookie, 'x-nightshift-session': 'on' } },
    { who: 'the cookie alone', refused: [401], headers: { cookie } },
    {
      who: 'the cookie of a form',
      refused: [401],
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' },
    },
    {
      who: 'the cookie of another port',
      refused: [401],
      headers: { ...page.headers, cookie: `nightshift-1=${page.token}` },
    },
    { who: 'another host', refused: [403], headers: { ...page.headers, host: 'evil.example' } },
    {
      who: 'the token of a command line in a cookie',
      refused: [401],
      headers: { ...page.headers, cookie: `${cookieName()}=${cli.token}` },
    },
    { who: 'passed on', refused: [401], headers: { ...page.headers, 'x-forwarded-for': '203.0.113.1' } },
    {
      who: 'the cookie under a name alone',
      at: 'name',
      refused: [401],
      headers: underName(secure.token, {}),
    },
    {
      who: 'a name that is another',
      at: 'name',
      refused: [401],
      headers: { ...underName(secure.token), host: new URL(named.url).host },
    },
    {
      who: 'a cookie that another server of this computer could set',
      at: 'name',
      refused: [401],
      headers: { ...underName(secure.token), cookie: `nightshift-443=${secure.token}` },
    },
    // These are wrong keys, of which too many are refused otherwise.
    { who: 'the token of a browser as a key', refused: [403, 429], headers: bearer(secure.token) },
    {
      who: 'a wrong key beside',
      refused: [403, 429],
      headers: { ...page.headers, 'x-admin-key': 'wrong' },
    },
  ];
}
