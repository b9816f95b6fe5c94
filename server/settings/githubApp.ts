import { createPrivateKey } from 'node:crypto';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { readGrant } from '../../domain/access/grants.ts';
import { headerText, isLoopbackHost, listOf } from './settings.ts';

/** Whom of GitHub a rule gives a role here. Names are in lower case. */
export interface GithubRole {
  /** A login, or an organisation: GitHub never gives one name to both. */
  name: string;
  /** The team of that organisation, by what stands in its address. */
  team: string | undefined;
  /** The role, as it is stored. */
  grant: string;
}

/** How people sign in by GitHub. */
export interface GithubSignIn {
  clientId: string;
  clientSecret: string;
  roles: readonly GithubRole[];
  /** Whether an issuer signs people in as well, so that an account of GitHub counts only for somebody who is known otherwise. */
  isBesideIssuer: boolean;
}

/** As which App pull requests are read. */
export interface GithubAppKey {
  appId: string;
  /** Its private key, as PEM. */
  privateKey: string;
}

const expectedRole =
  'expected rules such as acme/release:approver, acme/site-team:operator@site, octocat:admin or acme:viewer (a whole organisation), commas between them';

const role = z
  .string()
  .refine((text) => readRole(text) !== undefined, { error: expectedRole })
  .transform((text) => readRole(text) as GithubRole);

const appKey = z
  .string()
  .transform((text) => text.replaceAll('\\n', '\n'))
  .refine(isPrivateKey, {
    error: 'expected the private key of the GitHub App, the .pem file that GitHub gave you',
  });

/** What is set of a GitHub App. */
export const githubAppChecks = {
  GITHUB_APP_ID: z
    .string()
    .trim()
    .regex(/^\d{1,20}$/, { error: 'expected the number of the GitHub App, such as 123456' })
    .optional(),
  GITHUB_APP_KEY: appKey.optional(),
  GITHUB_APP_CLIENT_ID: headerText.optional(),
  GITHUB_APP_CLIENT_SECRET: headerText.optional(),
  GITHUB_ROLES: listOf(z.string()).pipe(z.array(role)),
};

/** What was read of that. */
type ReadApp = z.output<z.ZodObject<typeof githubAppChecks>>;
type Given = Record<string, string | undefined>;

/** Says how people sign in by GitHub; nothing where they do not. */
export function githubSignInOf(read: ReadApp, given: Given): GithubSignIn | undefined {
  const { GITHUB_APP_CLIENT_ID: clientId, GITHUB_APP_CLIENT_SECRET: clientSecret } = read;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const isBesideIssuer = given.OIDC_ISSUER !== undefined;
  return { clientId, clientSecret, roles: read.GITHUB_ROLES, isBesideIssuer };
}

/** Gives the App's own key; nothing where none is set. */
export function githubAppKeyOf({
  GITHUB_APP_ID: appId,
  GITHUB_APP_KEY: privateKey,
}: ReadApp): GithubAppKey | undefined {
  return appId === undefined || privateKey === undefined ? undefined : { appId, privateKey };
}

/** Lists what does not fit together of an App's settings. */
export function faultsOfGithubApp(given: Given): string[] {
  const { GITHUB_APP_CLIENT_ID, GITHUB_ROLES, GITHUB_APP_KEY_FILE, PUBLIC_URL } = given;
  const pairs = [
    ['GITHUB_APP_CLIENT_ID', 'GITHUB_APP_CLIENT_SECRET'],
    ['GITHUB_APP_CLIENT_SECRET', 'GITHUB_APP_CLIENT_ID'],
    ['GITHUB_APP_ID', 'GITHUB_APP_KEY'],
    ['GITHUB_APP_KEY', 'GITHUB_APP_ID'],
  ] as const;
  const faults = pairs
    .filter(([one, other]) => given[one] !== undefined && given[other] === undefined)
    .map(
      ([one, other]) =>
        `${other}${other === 'GITHUB_APP_KEY' ? '_FILE' : ''}: expected a value while ${one} is set, got nothing`,
    );
  if (GITHUB_ROLES !== undefined && GITHUB_APP_CLIENT_ID === undefined)
    faults.push('GITHUB_APP_CLIENT_ID: expected a value while GITHUB_ROLES is set, got nothing');
  if (GITHUB_APP_CLIENT_ID !== undefined && !isPlaceOfCookies(PUBLIC_URL))
    faults.push(
      `PUBLIC_URL: expected the https:// URL by which people reach this server while GITHUB_APP_CLIENT_ID is set, or on this computer http://127.0.0.1:8001, got ${PUBLIC_URL === undefined ? 'nothing' : JSON.stringify(PUBLIC_URL.slice(0, 100))}`,
    );
  if (GITHUB_APP_KEY_FILE !== undefined) faults.push(...faultsOfMode(GITHUB_APP_KEY_FILE));
  return faults;
}

/** GitHub shows the key once, and whoever reads it is the App. */
function faultsOfMode(file: string): string[] {
  const path = resolve(file);
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform === 'win32' || (mode & 0o027) === 0) return [];
  return [
    `GITHUB_APP_KEY_FILE: expected a file that other users cannot read, got mode ${(mode & 0o777).toString(8)} of ${JSON.stringify(path)}. Run: chmod 600 ${path}`,
  ];
}

function isPlaceOfCookies(publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false;
  // What is no URL is told otherwise.
  if (!URL.canParse(publicUrl)) return true;
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

function readRole(text: string): GithubRole | undefined {
  const [who = '', given = '', ...rest] = text.toLowerCase().split(':');
  const grant = text.slice(who.length + 1);
  const [name = '', team, ...more] = who.split('/');
  const isWhole =
    rest.length === 0 &&
    more.length === 0 &&
    given !== '' &&
    /^[a-z\d][a-z\d_-]{0,99}$/.test(name) &&
    (team === undefined || /^[a-z\d_.-]{1,100}$/.test(team)) &&
    readGrant(grant) !== undefined;
  return isWhole ? { name, team, grant } : undefined;
}

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
