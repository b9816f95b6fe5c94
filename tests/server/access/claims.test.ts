import { describe, expect, it } from 'vitest';
import { type Claims, readClaims } from '../../../server/access/claims.ts';
import { readServerConfig } from '../../../server/config.ts';
import { inheritedNames } from '../../support/inheritedNames.ts';

function read(claims: Claims, variables: Record<string, string> = {}) {
  const { openid } = readServerConfig({
    OIDC_ISSUER: 'https://login.example.org',
    OIDC_CLIENT_ID: 'nightshift',
    PUBLIC_URL: 'https://night.example.org',
    ...variables,
  });
  if (openid === undefined) throw new Error('There is an issuer.');
  return readClaims(claims, openid);
}

const ann = { email: 'Ann@Example.org', email_verified: true };

describe('The address in claims', () => {
  it('counts when the issuer says that it is verified, by the very word', () => {
    expect(read(ann).address).toBe('Ann@Example.org');
    for (const email_verified of [false, 'true', 1, null, undefined])
      expect(read({ ...ann, email_verified }).address).toBeUndefined();
  });

  it('counts where the issuer says nothing of it, if its word is trusted', () => {
    const trusting = { OIDC_TRUST_EMAIL: 'on' };
    expect(read({ email: ann.email }, trusting).address).toBe('Ann@Example.org');
    for (const email_verified of [false, 'false', null])
      expect(read({ ...ann, email_verified }, trusting).address).toBeUndefined();
  });

  it('is none that stands for somebody else here', () => {
    for (const email of [
      'admin',
      'service:ci',
      'github:ann@x',
      'a b@x',
      'a@b@c',
      'a@x\u202e',
      'a@x\u0000',
      ['a@x'],
      '',
    ])
      expect(read({ email, email_verified: true }).address).toBeUndefined();
  });
});

describe('The groups in claims', () => {
  const groupsOf = (claims: Claims, OIDC_GROUPS_CLAIM = 'groups') =>
    read(claims, { OIDC_GROUPS_CLAIM }).groups;

  it('are a list, or one', () => {
    expect(groupsOf({ groups: ['a', 'Night Team', '/ops/b', 'a'] })).toEqual(['a', 'Night Team', '/ops/b']);
    expect(groupsOf({ groups: 'a' })).toEqual(['a']);
    expect(groupsOf({})).toEqual([]);
  });

  it('are left out where they cannot be named', () => {
    const groups = ['', ' a', 'a\nb', 'a\u202eb', '\ud800', 'x'.repeat(129), 7, null, ['a'], { a: 1 }, 'ok'];
    expect(groupsOf({ groups })).toEqual(['ok']);
    expect(groupsOf({ groups: { a: 1 } })).toEqual([]);
  });

  it('can stand in a claim that is a URL, or within another', () => {
    expect(groupsOf({ 'https://x.example/groups': ['a'] }, 'https://x.example/groups')).toEqual(['a']);
    expect(groupsOf({ realm_access: { roles: ['a'] } }, 'realm_access.roles')).toEqual(['a']);
    for (const name of inheritedNames) expect(groupsOf({ a: {} }, name)).toEqual([]);
    for (const name of inheritedNames) expect(groupsOf({ a: {} }, `a.${name}`)).toEqual([]);
  });

  it('are two hundred at most, and roles are given by all', () => {
    const groups = Array.from({ length: 1000 }, (_one, index) => `g${index}`);
    const { groups: kept, grants } = read({ groups }, { OIDC_ROLES: 'g999:approver' });
    expect([kept.length, grants]).toEqual([200, ['approver']]);
  });
});

describe('The roles that rules give', () => {
  const OIDC_ROLES =
    'release:approver, Release:admin, ann@example.org:operator@acme/site, @example.org:viewer, ann@evil.example:admin';
  const grantsOf = (claims: Claims) => {
    const { grants, grantsOfAddress } = read(claims, { OIDC_ROLES });
    return [...grants, ...grantsOfAddress];
  };

  it('are those of all that fit, those of the very address apart', () => {
    const claims = { ...ann, groups: ['release'] };
    expect(read(claims, { OIDC_ROLES })).toMatchObject({
      grants: ['approver', 'viewer'],
      grantsOfAddress: ['operator@acme/site'],
    });
    expect(grantsOf({ email: 'ben@EXAMPLE.org', email_verified: true })).toEqual(['viewer']);
  });

  it('are none for an address that is not verified, or one that only ends alike', () => {
    expect(grantsOf({ ...ann, email_verified: false })).toEqual([]);
    for (const email of ['ann@sub.example.org', 'ann@notexample.org', 'ann@example.org.evil'])
      expect(grantsOf({ email, email_verified: true })).toEqual([]);
  });

  it('take no group for an address', () => {
    expect(grantsOf({ groups: ['ann@evil.example', '@example.org', '*'] })).toEqual([]);
  });
});
