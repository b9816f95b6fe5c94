import { describe, expect, it } from 'vitest';
import { mayDo, type Scope } from '../../../domain/viewer.ts';
import { type AccessConfig, createAccess, requireScope } from '../../../server/access/access.ts';
import { ForbiddenError, UnauthenticatedError } from '../../../server/access/errors.ts';
import { readServerConfig } from '../../../server/config.ts';

const key = 'a-key-of-sixteen-characters';
const loopback: AccessConfig = { host: '127.0.0.1', adminUsers: [], trustedProxy: [], corsOrigins: [] };
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
const ann = { 'x-user-email': 'ann@example.org', 'x-user-role': 'admin' };

describe('who may do what', () => {
  const table: [string, AccessConfig, Record<string, string>, read: unknown, decide: unknown][] = [
    ['loopback, nothing configured', loopback, {}, 'local', 'local'],
    ['loopback, nothing configured, headers of a proxy that is none', loopback, ann, 'local', 'local'],
    ['loopback with a key, none given', keyed, {}, 'local', 401],
    ['loopback with a key, the wrong one given', keyed, wrong, 403, 403],
    ['loopback with a key, the right one given', keyed, right, 'admin', 'admin'],
    ['loopback with a key, given as a bearer token', keyed, bearer, 'admin', 'admin'],
    ['loopback with a key, headers of a proxy that is none', keyed, ann, 'local', 401],
    ['elsewhere, no key given', remote, {}, 401, 401],
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

  it.each(['mallory@example.org, ann@example.org', 'no address', `${'a'.repeat(128)}@example.org`])(
    'refuses X-User-Email %j',
    (email) => {
      expect(ask(proxied, 'read', { ...ann, 'x-user-email': email }, '10.0.0.1')).toBe(403);
    },
  );

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
    expect(local.authenticate({ headers: {}, remoteAddress: '127.0.0.1' }).groups).toEqual([]);
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

  it('gives a local caller of a server without keys every scope and no identity', () => {
    const viewer = createAccess(loopback).authenticate({ headers: {}, remoteAddress: '127.0.0.1' });
    expect(viewer.identified).toBe(false);
    expect(mayDo(viewer, 'admin')).toBe(true);
  });
});
