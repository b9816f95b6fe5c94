import { type AuthFailure, AuthScopeFailureType } from '@pothos/plugin-scope-auth';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../contract/words/viewers.ts';
import { explainUnauthorized } from '../../../schema/unauthorized.ts';
import { createAccess, requireScope } from '../../../server/access/access.ts';
import type { AccessConfig } from '../../../server/access/accessConfig.ts';
import { ForbiddenError, UnauthenticatedError } from '../../../server/access/errors.ts';
import { readServerConfig } from '../../../server/config.ts';

const key = 'a-key-of-sixteen-characters';
const machineKey = 'the-key-of-the-machine';
const ownKey = 'the-key-of-its-own-worker';
const loopback: AccessConfig = {
  host: '127.0.0.1',
  adminUsers: [],
  trustedProxy: [],
  corsOrigins: [],
  machineKey,
  ownKey,
};
const keyed: AccessConfig = { ...loopback, adminApiKey: key };
const remote: AccessConfig = { ...keyed, host: '0.0.0.0' };
const proxied: AccessConfig = { ...remote, trustedProxy: ['10.0.0.0/8'] };

/** What comes of asking for a scope: whom it is allowed to, or the status of the refusal. */
function ask(config: AccessConfig, scope: Scope, headers: Record<string, string> = {}, from = '127.0.0.1') {
  try {
    const viewer = createAccess(config).authenticate({ headers, remoteAddress: from });
    requireScope(viewer, scope);
    return viewer.id;
  } catch (error) {
    if (error instanceof UnauthenticatedError || error instanceof ForbiddenError) return error.status;
    throw error;
  }
}

const right = { 'x-admin-key': key };
const bearer = { authorization: `Bearer ${key}` };
const wrong = { 'x-admin-key': 'not-the-key' };
const empty = { 'x-admin-key': '', authorization: 'Bearer ' };
const basic = { authorization: 'Basic YWJjOmRlZg==' };
const machinesBearer = { authorization: `Bearer ${machineKey}` };
const machines = { 'x-admin-key': machineKey };
const ann = { 'x-user-email': 'ann@example.org', 'x-user-role': 'admin' };

describe('who may do what', () => {
  const table: [string, AccessConfig, Record<string, string>, read: unknown, decide: unknown][] = [
    ['loopback, nothing configured, no key given', loopback, {}, 'anonymous', 401],
    ['loopback, nothing configured, headers of a proxy that is none', loopback, ann, 'anonymous', 401],
    ['loopback, nothing configured, a foreign key given', loopback, wrong, 'anonymous', 403],
    ['loopback, nothing configured, empty keys given', loopback, empty, 'anonymous', 401],
    ['loopback, nothing configured, credentials of another kind given', loopback, basic, 'anonymous', 401],
    ['loopback, nothing configured, the machine’s key given', loopback, machines, 'local', 'local'],
    [
      'loopback, nothing configured, the machine’s key as a bearer token',
      loopback,
      machinesBearer,
      'local',
      'local',
    ],
    [
      'loopback, nothing configured, the machine’s and an empty key given',
      loopback,
      { ...machines, authorization: '' },
      'local',
      'local',
    ],
    [
      'loopback, nothing configured, the machine’s and a foreign key given',
      loopback,
      { ...machines, authorization: 'Bearer x' },
      'anonymous',
      403,
    ],
    ['loopback with a key, none given', keyed, {}, 'anonymous', 401],
    ['loopback with a key, the wrong one given', keyed, wrong, 'anonymous', 403],
    ['loopback with a key, the machine’s given', keyed, machines, 'local', 'local'],
    [
      'loopback with a proxy, the machine’s key given',
      { ...loopback, trustedProxy: ['127.0.0.1'] },
      machines,
      'local',
      'local',
    ],
    ['loopback with a key, the right one given', keyed, right, 'admin', 'admin'],
    ['loopback with a key, given as a bearer token', keyed, bearer, 'admin', 'admin'],
    ['loopback with a key, headers of a proxy that is none', keyed, ann, 'anonymous', 401],
    ['elsewhere, no key given', remote, {}, 401, 401],
    ['elsewhere, the machine’s key given from this computer', remote, machines, 'local', 'local'],
    ['elsewhere, empty keys given', remote, empty, 401, 401],
    ['elsewhere, the wrong key given', remote, wrong, 403, 403],
    ['elsewhere, the wrong bearer token given', remote, { authorization: 'Bearer x' }, 403, 403],
    ['elsewhere, the right key given', remote, right, 'admin', 'admin'],
    ['elsewhere, one right and one wrong key given', remote, { ...wrong, ...bearer }, 403, 403],
    ['elsewhere, headers of a proxy that is none', remote, ann, 401, 401],
  ];
  it.each(table)('%s', (_title, config, headers, read, decide) => {
    expect(ask(config, 'read', headers)).toBe(read);
    expect(ask(config, 'report', headers)).toBe(read);
    expect(ask(config, 'approve', headers)).toBe(decide);
    expect(ask(config, 'admin', headers)).toBe(decide);
  });

  it('ends with the first key what those have open who may only read before it, and nothing of admins', () => {
    const closing = new AbortController().signal;
    const knownKeys = { recognise: () => undefined, find: () => undefined, isClosed: () => false, closing };
    const access = createAccess({ ...loopback, trustedProxy: ['127.0.0.1'], knownKeys });
    const endOf = (headers: Record<string, string>) =>
      access.authenticate({ headers, remoteAddress: '127.0.0.1' }).ended;
    expect(endOf({})).toBe(closing);
    expect(endOf({ ...ann, 'x-user-role': 'user' })).toBe(closing);
    expect(endOf(ann)).toBeUndefined();
    expect(endOf(machines)).toBeUndefined();
  });

  it('believes the headers of the trusted proxy only on its own connections', () => {
    expect(ask(proxied, 'approve', ann, '10.1.2.3')).toBe('ann@example.org');
    expect(ask(proxied, 'approve', ann, '::ffff:10.1.2.3')).toBe('ann@example.org');
    expect(ask(proxied, 'approve', ann, '11.1.2.3')).toBe(401);
    expect(ask(proxied, 'approve', ann, '::1')).toBe(401);
  });

  it('refuses a user of the proxy who is no admin, or not on the list of users', () => {
    const listed = { ...proxied, adminUsers: ['bob@example.org'] };
    const bob = { 'x-user-email': 'Bob@Example.org', 'x-user-role': 'admin' };
    expect(ask(proxied, 'approve', { ...ann, 'x-user-role': 'user' }, '10.0.0.1')).toBe(403);
    expect(ask(listed, 'approve', ann, '10.0.0.1')).toBe(403);
    expect(ask(listed, 'approve', bob, '10.0.0.1')).toBe('Bob@Example.org');
  });

  it.each([
    ['without the role', [], 'user', 'The proxy signed you in without `X-User-Role: admin`'],
    ['who is not listed', ['bob@example.org'], 'admin', 'You are not listed in ADMIN_USERS of the server'],
    [
      'without either',
      ['bob@example.org'],
      '',
      'You are not listed in ADMIN_USERS of the server, and the proxy signed you in without',
    ],
  ])('tells a user of the proxy %s what is missing, for every scope', (_title, adminUsers, role, advice) => {
    const access = createAccess({ ...proxied, adminUsers });
    const headers = { ...ann, 'x-user-role': role };
    const viewer = access.authenticate({ headers, remoteAddress: '10.0.0.1' });
    for (const scope of ['read', 'report', 'work', 'operate', 'approve', 'admin'] as const) {
      expect(() => requireScope(viewer, scope)).toThrow(
        `ann@example.org may not do this: it requires the ${scope} scope. `,
      );
      expect(() => requireScope(viewer, scope)).toThrow(advice);
    }
    const failure: AuthFailure = {
      kind: AuthScopeFailureType.AuthScope,
      scope: 'approve',
      parameter: true,
      error: null,
    };
    expect(explainUnauthorized(viewer, failure).message).toContain(advice);
  });

  it.each([
    'mallory@example.org, ann@example.org',
    'no address',
    'ann\u0085@example.org',
    `${'a'.repeat(128)}@example.org`,
  ])('refuses X-User-Email %j', (email) => {
    expect(ask(proxied, 'read', { ...ann, 'x-user-email': email }, '10.0.0.1')).toBe(403);
  });

  it('knows somebody by an address with letters that are not ASCII, in whatever bytes the proxy sends it', () => {
    const header = (text: string) => Buffer.from(text).toString('latin1');
    const listed = { ...proxied, adminUsers: ['ren\u00e9e@example.org'] };
    for (const email of ['ren\u00e9e@example.org', 'rene\u0301e@example.org', 'REN\u00c9E@example.org'])
      expect(
        String(ask(listed, 'approve', { ...ann, 'x-user-email': header(email) }, '10.0.0.1')).toLowerCase(),
      ).toBe('ren\u00e9e@example.org');
    // Bytes that are no UTF-8 name nobody.
    expect(ask(listed, 'read', { ...ann, 'x-user-email': 'ren\u00e9e@example.org' }, '10.0.0.1')).toBe(403);
  });

  it('knows the groups of a user of the proxy and of the key, and of nobody else', () => {
    const approverGroups = readServerConfig({
      APPROVER_GROUPS: 'release=Ann@example.org, admin; ops = ann@example.org;',
    }).approverGroups;
    const access = createAccess({ ...proxied, approverGroups });
    const groupsOf = (headers: Record<string, string>) =>
      access.authenticate({ headers, remoteAddress: '10.1.2.3' }).groups;
    expect(groupsOf({ ...ann, 'x-user-email': 'ann@Example.org' })).toEqual(['release', 'ops']);
    expect(groupsOf(right)).toEqual(['release']);
    expect(groupsOf({ ...ann, 'x-user-email': 'ben@example.org' })).toEqual([]);
    const local = createAccess({ ...loopback, approverGroups: new Map([['local', ['release']]]) });
    expect(local.authenticate({ headers: machines, remoteAddress: '127.0.0.1' }).groups).toEqual([]);
  });

  it.each([
    ['10.0.0.1', '8.8.8.8', '8.8.8.8'],
    ['10.0.0.1', '6.6.6.6, 8.8.8.8, 10.0.0.9', '8.8.8.8'],
    ['10.0.0.1', '8.8.8.8, nonsense', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.7', '10.0.0.7'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['9.9.9.9', '8.8.8.8', '9.9.9.9'],
  ])('takes a request from %s that says it is for %j to come from %s', (from, forwarded, address) => {
    const access = createAccess(proxied);
    const credentials = { headers: { ...ann, ...right, 'x-forwarded-for': forwarded }, remoteAddress: from };
    expect(access.addressOf(credentials)).toBe(address);
    expect(access.authenticate(credentials).address).toBe(address);
  });

  it('takes the machine’s key for nobody’s own, and a caller without one for another viewer', () => {
    const authenticate = (headers: Record<string, string>) =>
      createAccess(loopback).authenticate({ headers, remoteAddress: '127.0.0.1' });
    expect(authenticate(machines)).toMatchObject({ id: 'local', kind: 'shared', identified: false });
    expect(authenticate({})).toMatchObject({ id: 'anonymous', kind: 'anonymous', identified: false });
    expect([...authenticate({}).scopes]).toEqual(['read', 'report']);
  });

  it.each(['192.0.2.7', '10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '128.0.0.1', undefined])(
    'lets the machine’s key count from this computer alone, not from %s',
    (from) => {
      for (const address of ['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'])
        expect(ask(remote, 'admin', machines, address)).toBe('local');
      expect(ask(remote, 'read', machines, from ?? '')).toBe(403);
    },
  );

  it('knows the key of the server’s own process from any address', () => {
    const own = { authorization: `Bearer ${ownKey}` };
    expect(ask(remote, 'admin', own, '192.0.2.7')).toBe('local');
    expect(ask(loopback, 'admin', own)).toBe('local');
    expect(ask(remote, 'admin', { ...own, via: '1.1 proxy' }, '192.0.2.7')).toBe(403);
  });

  const marks: Record<string, string>[] = [
    { forwarded: 'for=192.0.2.7' },
    { 'x-forwarded-for': '192.0.2.7' },
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-host': '' },
    { 'x-real-ip': '192.0.2.7' },
    { via: '1.1 proxy' },
  ];
  it.each(marks)(
    'asks a request that says it was passed on (%j) for an identity, reading included',
    (mark) => {
      for (const config of [loopback, keyed]) {
        expect(ask(config, 'read', mark)).toBe(401);
        expect(ask(config, 'report', mark)).toBe(401);
        expect(ask(config, 'approve', { ...mark, ...machines })).toBe(403);
        expect(ask(config, 'read', { ...mark, ...machines })).toBe(403);
      }
      expect(ask(keyed, 'approve', { ...mark, ...right })).toBe('admin');
    },
  );

  it('keeps what a user of the trusted proxy on this computer has', () => {
    const config = { ...loopback, trustedProxy: ['127.0.0.1'] };
    const passedOn = { 'x-forwarded-for': '192.0.2.7' };
    expect(ask(config, 'approve', { ...ann, ...passedOn })).toBe('ann@example.org');
    expect(ask(config, 'read', { ...ann, ...passedOn, 'x-user-role': 'user' })).toBe('ann@example.org');
    expect(ask(config, 'approve', { ...ann, ...passedOn, 'x-user-role': 'user' })).toBe(403);
    expect(ask(config, 'read', passedOn)).toBe(401);
  });

  it.each(['admin', 'Admin', 'ADMIN'])('reads the role %s in any letters', (role) => {
    expect(ask(proxied, 'approve', { ...ann, 'x-user-role': role }, '10.0.0.1')).toBe('ann@example.org');
  });

  it('says on this computer where the key is to be had', () => {
    const say = (config: AccessConfig, headers: Record<string, string>, from = '127.0.0.1') => {
      try {
        requireScope(createAccess(config).authenticate({ headers, remoteAddress: from }), 'approve');
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(say(loopback, {})).toContain('Run `nightshift key` and send what it prints as `X-Admin-Key: …`');
    for (const config of [loopback, remote])
      expect(say(config, {})).toContain('in GraphiQL, add it under Headers in each tab');
    expect(say(keyed, wrong)).toContain('`nightshift key`');
    expect(say(remote, {}, '192.0.2.7')).not.toContain('nightshift key');
    expect(say(loopback, { 'x-real-ip': '192.0.2.7' })).toContain(
      'scope. The request came through a proxy (x-real-ip), so it needs a key. To use a key from another computer, an admin makes one on the server: nightshift keys create.',
    );
    expect(say(keyed, { 'x-real-ip': '192.0.2.7' })).toContain(
      'scope. The request came through a proxy (x-real-ip), so it needs a key. Send a key as `X-Admin-Key: …`',
    );
    expect(say(remote, machines, '192.0.2.7')).toContain('directly from its own computer');
    expect(say(loopback, { ...machines, 'x-real-ip': '192.0.2.7' })).toContain('x-real-ip');
  });
});
