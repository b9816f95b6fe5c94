import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../contract/environment/environment.ts';
import { readServerConfig } from '../../../server/config.ts';

const whole = {
  OIDC_ISSUER: 'https://login.example.org/realms/night',
  OIDC_CLIENT_ID: 'nightshift',
  PUBLIC_URL: 'https://night.example.org/',
};

function messageOf(more: Record<string, string | undefined>): string {
  try {
    readServerConfig({ ...whole, ...more });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('The settings of an issuer', () => {
  it('are nothing unless an issuer is named', () => {
    expect(readServerConfig({}).openid).toBeUndefined();
  });

  it('are read from their variables', () => {
    expect(readServerConfig(whole).openid).toEqual({
      issuer: 'https://login.example.org/realms/night',
      clientId: 'nightshift',
      clientSecret: undefined,
      scopes: 'openid email profile',
      groupsClaim: 'groups',
      rules: [],
      trustEmail: false,
      audience: undefined,
      services: [],
    });
    const { openid } = readServerConfig({
      ...whole,
      OIDC_CLIENT_SECRET: 's3cret',
      OIDC_SCOPES: ' openid groups ',
      OIDC_GROUPS_CLAIM: 'https://example.org/groups',
      OIDC_ROLES:
        'release:approver, /ops/Night Team:operator@acme/site, Ann@Example.org:admin, @Example.org:viewer, *:viewer, a:b:viewer',
      OIDC_TRUST_EMAIL: 'On',
      OIDC_AUDIENCE: 'nightshift-api',
      OIDC_SERVICES: 'auth0|7:ci:report,read; urn:x:1:worker:work',
    });
    expect(openid).toMatchObject({
      clientSecret: 's3cret',
      scopes: 'openid groups',
      groupsClaim: 'https://example.org/groups',
      trustEmail: true,
      audience: 'nightshift-api',
      rules: [
        { of: 'group', group: 'release', grant: 'approver' },
        { of: 'group', group: '/ops/Night Team', grant: 'operator@acme/site' },
        { of: 'address', address: 'ann@example.org', grant: 'admin' },
        { of: 'domain', domain: 'example.org', grant: 'viewer' },
        { of: 'everybody', grant: 'viewer' },
        { of: 'group', group: 'a:b', grant: 'viewer' },
      ],
      services: [
        { subject: 'auth0|7', name: 'ci', scopes: ['report', 'read'] },
        { subject: 'urn:x:1', name: 'worker', scopes: ['work'] },
      ],
    });
  });

  it.each([
    'release',
    'release:boss',
    ':viewer',
    '*:admin',
    'release:admin@site',
    '@:viewer',
    'ann@:viewer',
    'ann@example.org@x:viewer',
    'a\u202eb:viewer',
    'release:viewer@',
    `${'g'.repeat(129)}:viewer`,
  ])('refuse the rule %j', (OIDC_ROLES) => {
    const message = messageOf({ OIDC_ROLES: `release:viewer,${OIDC_ROLES}` });
    expect(message).toContain('OIDC_ROLES: expected rules such as "release:approver');
    expect(message).toContain('no rule is');
  });

  it.each([
    'ci:report',
    ':ci:report',
    'x:ci:approve',
    'x:ci:admin',
    'x:C I:read',
    'x:a:read; x:b:read',
    'x:ci:',
  ])('refuse the service %j', (OIDC_SERVICES) => {
    expect(messageOf({ OIDC_SERVICES, OIDC_AUDIENCE: 'a' })).toContain(
      'OIDC_SERVICES: expected services such as',
    );
  });

  it.each([
    ['http://login.example.org', 'https://, or with http:// on this computer only'],
    ['login.example.org', 'expected a URL'],
    ['https://login.example.org/?a=b', 'without ? and #'],
    ['https://u:p@login.example.org', 'OIDC_ISSUER: expected'],
    ['https://login.microsoftonline.com/common/v2.0', 'the issuer of one tenant'],
    ['https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration', 'one tenant'],
  ])('refuse the issuer %s', (OIDC_ISSUER, why) => {
    expect(messageOf({ OIDC_ISSUER })).toContain(why);
  });

  it.each([
    'http://localhost:8080/realms/night',
    'https://login.microsoftonline.com/5f1d/v2.0',
    'http://[::1]:1',
  ])('take the issuer %s', (OIDC_ISSUER) => {
    expect(messageOf({ OIDC_ISSUER })).toBe('');
  });

  it.each([
    ['OIDC_CLIENT_ID', { OIDC_CLIENT_ID: undefined }, 'the ID by which the issuer knows this server'],
    ['OIDC_ISSUER', { OIDC_ISSUER: undefined }, 'while OIDC_CLIENT_ID is set, got nothing'],
    ['OIDC_AUDIENCE', { OIDC_SERVICES: 'x:ci:read' }, 'while OIDC_SERVICES is set'],
    ['OIDC_SCOPES', { OIDC_SCOPES: 'email' }, 'openid among them'],
    ['OIDC_GROUPS_CLAIM', { OIDC_GROUPS_CLAIM: 'my groups' }, 'the name of a claim'],
    ['OIDC_TRUST_EMAIL', { OIDC_TRUST_EMAIL: 'yes' }, '"on"|"off"'],
    ['PUBLIC_URL', { PUBLIC_URL: undefined }, 'while OIDC_ISSUER is set'],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://night.example.org' }, 'got "http://night.example.org"'],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://localhost:8001', HOST: '0.0.0.0' }, 'with https://'],
  ])('tell that %s is wrong beside the others', (name, more, why) => {
    const line = messageOf(more)
      .split('\n')
      .find((one) => one.startsWith(`  ${name}: expected`) || one.startsWith(`  ${name}: `));
    expect(line).toContain(why);
  });

  it('never show the secret', () => {
    expect(messageOf({ OIDC_CLIENT_SECRET: 'with blanks', OIDC_ISSUER: 'x' })).not.toContain('with blanks');
  });

  it('take http for people on the computer of the server', () => {
    expect(messageOf({ PUBLIC_URL: 'http://localhost:8001' })).toBe('');
  });
});
