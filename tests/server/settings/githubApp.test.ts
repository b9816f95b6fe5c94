import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readServerConfig } from '../../../server/config.ts';
import { tempDir } from '../../support/tempDir.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

const signIn = {
  PUBLIC_URL: 'https://nightshift.example.org',
  GITHUB_APP_CLIENT_ID: 'Iv23abc',
  GITHUB_APP_CLIENT_SECRET: 'a-secret-of-the-app',
};

function faultOf(variables: Record<string, string>): string {
  try {
    readServerConfig(variables);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('The settings of a GitHub App', () => {
  it('say who signs in, and as what', () => {
    const { githubSignIn } = readServerConfig({
      ...signIn,
      GITHUB_ROLES: 'Acme/Release:approver, acme/site.team:operator@Site, Octo-Cat:admin,acme:viewer',
    });
    expect(githubSignIn).toEqual({
      clientId: 'Iv23abc',
      clientSecret: 'a-secret-of-the-app',
      isBesideIssuer: false,
      roles: [
        { name: 'acme', team: 'release', grant: 'approver' },
        { name: 'acme', team: 'site.team', grant: 'operator@Site' },
        { name: 'octo-cat', team: undefined, grant: 'admin' },
        { name: 'acme', team: undefined, grant: 'viewer' },
      ],
    });
  });

  it.each([
    'acme/release',
    'acme/release:boss',
    'acme:admin@site',
    ':viewer',
    'a/b/c:viewer',
    'acme/:viewer',
    'acme:',
    'é:viewer',
  ])('are refused with a rule that says nothing: %s', (GITHUB_ROLES) => {
    expect(faultOf({ ...signIn, GITHUB_ROLES })).toContain('GITHUB_ROLES: expected rules such as');
  });

  it.each([
    [
      { GITHUB_APP_CLIENT_ID: 'x', PUBLIC_URL: signIn.PUBLIC_URL },
      'GITHUB_APP_CLIENT_SECRET: expected a value',
    ],
    [{ GITHUB_APP_CLIENT_SECRET: 'x' }, 'GITHUB_APP_CLIENT_ID: expected a value'],
    [{ GITHUB_ROLES: 'acme:viewer' }, 'GITHUB_APP_CLIENT_ID: expected a value while GITHUB_ROLES is set'],
    [{ GITHUB_APP_ID: '12' }, 'GITHUB_APP_KEY_FILE: expected a value while GITHUB_APP_ID is set'],
    [{ GITHUB_APP_ID: 'mine', GITHUB_APP_KEY: pem }, 'GITHUB_APP_ID: expected the number of the GitHub App'],
    [{ GITHUB_APP_KEY: pem }, 'GITHUB_APP_ID: expected a value while GITHUB_APP_KEY is set'],
    [{ GITHUB_APP_ID: '12', GITHUB_APP_KEY: 'no key' }, 'GITHUB_APP_KEY: expected the private key'],
    [{ ...signIn, PUBLIC_URL: '' }, 'PUBLIC_URL: expected the https:// URL'],
    [{ ...signIn, PUBLIC_URL: 'http://nightshift.example.org' }, 'PUBLIC_URL: expected the https:// URL'],
  ])('are refused with one that lacks another, or is wrong: %#', (variables, fault) => {
    const said = faultOf(variables as unknown as Record<string, string>);
    expect(said).toContain(fault);
    expect(said).not.toContain('no key');
  });

  it('let people sign in over HTTP on this computer', () => {
    expect(faultOf({ ...signIn, PUBLIC_URL: 'http://127.0.0.1:8001' })).toBe('');
  });

  it('take the key from a file that others cannot read', () => {
    const file = join(tempDir(), 'app.pem');
    writeFileSync(file, pem, { mode: 0o600 });
    const variables = { GITHUB_APP_ID: '12', GITHUB_APP_KEY: pem, GITHUB_APP_KEY_FILE: file };
    expect(readServerConfig(variables).githubAppKey).toEqual({ appId: '12', privateKey: pem });
    chmodSync(file, 0o644);
    expect(faultOf(variables)).toContain(`got mode 644 of ${JSON.stringify(file)}. Run: chmod 600 ${file}`);
  });
});
