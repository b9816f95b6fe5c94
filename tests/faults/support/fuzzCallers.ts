import { makeKeyText, sessionMark } from '../../../contract/keyText.ts';
import { sessionHeader } from '../../../contract/protocol.ts';
import type { Scope } from '../../../contract/words/viewers.ts';
import { serviceId } from '../../../domain/access/key.ts';
import { createKeyInput } from '../../../domain/access/keyInput.ts';
import { createKey } from '../../../domain/access/keys.ts';
import { revokeKey } from '../../../domain/access/revokeKey.ts';
import { endSession, openSession } from '../../../domain/access/sessions.ts';
import { everything, type storeOf } from '../../support/domain.ts';

/** Somebody who sends requests: the headers that prove it, and who the server says it is. */
export interface Caller {
  headers: Record<string, string>;
  /** Undefined where the server says that what proves it does not count. */
  viewer: string | undefined;
}

/** The name that people reach the server by, and the header that names it. */
export const publicUrl = 'https://nightshift.example.org';
const named = { host: new URL(publicUrl).host };

const hour = 3_600_000;

/** Makes callers of every kind: without and with keys that count, or do not, with cookies, tokens, and through a proxy. */
export async function makeCallers(
  store: ReturnType<typeof storeOf>,
  { adminKey, machineKey }: { adminKey: string; machineKey: string },
): Promise<Map<string, Caller>> {
  const made = async (name: string, scopes: readonly Scope[], bounds: object = {}) => {
    const input = createKeyInput.parse({ name, scopes, expiresInMs: hour, ...bounds });
    return (await createKey(store, everything, input)).secret;
  };
  const bearer = (key: string, viewer?: string) => ({
    headers: { authorization: `Bearer ${key}` },
    viewer,
  });
  const ofService = async (name: string, scopes: readonly Scope[], bounds?: object) =>
    bearer(await made(name, scopes, bounds), serviceId(name));

  const expired = await made('old', ['admin']);
  await store.db.query({ text: "UPDATE api_keys SET expires_at = created_at WHERE name = 'old'" });
  const revoked = await made('lost', ['admin']);
  await revokeKey(store, everything, { key: 'lost' });
  const unknown = makeKeyText();
  const cookie = (token: string, viewer = 'anonymous', page: Record<string, string> = {}) => ({
    headers: { ...named, cookie: `__Host-nightshift=${token}`, ...page },
    viewer,
  });
  const session = (client: 'browser' | 'cli') =>
    openSession(store, {
      owner: { shared: 'admin' },
      client,
      proof: 'admin_key',
      viewer: everything,
      via: 'graphql',
    });
  const [browser, ended, program] = [
    await session('browser'),
    await session('browser'),
    await session('cli'),
  ];
  await endSession(
    store,
    { ...everything, session: { id: ended.id, client: 'browser', provedAt: undefined } },
    'graphql',
  );
  const page = { [sessionHeader]: 'on' };
  const user = { 'x-user-email': 'ann@example.org', 'x-forwarded-for': '203.0.113.7' };

  return new Map(
    Object.entries<Caller>({
      'no key': { headers: {}, viewer: 'anonymous' },
      'a stranger behind the proxy': {
        headers: { 'x-forwarded-for': '203.0.113.8' },
        viewer: 'anonymous',
      },
      'a wrong checksum': bearer(`${unknown.slice(0, -1)}${unknown.endsWith('a') ? 'b' : 'a'}`),
      'a key that nobody has': bearer(unknown),
      'an expired key': bearer(expired),
      'a revoked key': bearer(revoked),
      'two keys of which one is wrong': {
        headers: { 'x-admin-key': adminKey, authorization: 'Bearer other' },
        viewer: undefined,
      },
      'a key to read': await ofService('reader', ['read']),
      'a key to report': await ofService('reporter', ['report']),
      'a key to work': await ofService('worker', ['work']),
      'a key to operate': await ofService('operator', ['operate']),
      'a key to approve': await ofService('approver', ['approve']),
      'a key of an admin': await ofService('admin', ['admin']),
      'a bounded key': await ofService('bounded', ['read', 'report', 'work', 'operate', 'approve'], {
        plans: ['night'],
        labels: ['linux'],
        tasks: ['seo.*'],
      }),
      'the machine’s key': { headers: { 'x-admin-key': machineKey }, viewer: 'local' },
      'the key for emergencies': bearer(adminKey, 'admin'),
      'a user of the proxy': { headers: user, viewer: 'ann@example.org' },
      'an admin of the proxy': { headers: { ...user, 'x-user-role': 'Admin' }, viewer: 'ann@example.org' },
      'a token without a signature': bearer(tokenOf({ alg: 'none' }, '')),
      'a token of another issuer': bearer(tokenOf({ alg: 'RS256', kid: 'k' }, 'c2lnbmVk')),
      'what looks like a token': bearer('eyJ.eyJ.x'),
      'the session of a browser': cookie(browser.token, 'admin', page),
      'a session that has ended': cookie(ended.token, 'anonymous', page),
      'a session that nobody has': cookie(makeKeyText(sessionMark), 'anonymous', page),
      'a cookie that is none': cookie('nss_none', 'anonymous', page),
      'a session as a key': bearer(browser.token),
      'the session of a command line': bearer(program.token, 'admin'),
    }),
  );
}

/** Writes a token as issuers do. */
function tokenOf(header: object, signature: string): string {
  const claims = {
    iss: 'https://issuer.example.org',
    sub: 'repo:acme/site',
    aud: publicUrl,
    repository_id: '1',
    exp: 9_999_999_999,
  };
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...parts, signature].join('.');
}
