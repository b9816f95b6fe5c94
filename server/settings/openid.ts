import * as z from 'zod';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { type IssuerRule, type IssuerService, issuerRules, issuerServices } from './issuerRules.ts';
import { headerText, httpUrl, isLoopbackHost } from './settings.ts';

/** The OpenID issuer where people sign in, and what they are here. */
export interface OpenidConfig {
  /** The issuer's URL, or the whole one of its metadata, which has `/.well-known/` in it. */
  issuer: string;
  clientId: string;
  /** Nothing where the issuer knows this server as a public client. */
  clientSecret: string | undefined;
  /** What is asked for, with blanks between. */
  scopes: string;
  /** Where the groups stand: the name of a claim, or a way to it with dots. */
  groupsClaim: string;
  rules: readonly IssuerRule[];
  /** Whether an address counts as verified of which the issuer does not say whether it is. */
  trustEmail: boolean;
  /** Whom tokens must be meant for that count on the API; without it none does. */
  audience: string | undefined;
  services: readonly IssuerService[];
}

/** Where a `sub` and an address are of anybody's choosing, since every organisation may sign in there. */
const ofAllTenants = /^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)(?:\/|$)/i;

const issuerUrl = httpUrl
  .refine((text) => isSafe(text), {
    error: 'expected a URL that begins with https://, or with http:// on this computer only',
    abort: true,
  })
  .refine((text) => !/[?#]/.test(text) && text.length <= 255, {
    error: 'expected a URL of at most 255 characters without ? and #',
    abort: true,
  })
  .refine((text) => !ofAllTenants.test(text), {
    error:
      'expected the issuer of one tenant, such as https://login.microsoftonline.com/<tenant ID>/v2.0, since everybody may have an account at this one',
  });

/** The checks of the variables of an issuer. */
export const openidChecks = {
  OIDC_ISSUER: issuerUrl.optional(),
  OIDC_CLIENT_ID: headerText.optional(),
  OIDC_CLIENT_SECRET: headerText.optional(),
  OIDC_SCOPES: z
    .string()
    .trim()
    .default('openid email profile')
    .refine((text) => /^[\x21-\x7e]+(?: +[\x21-\x7e]+)*$/.test(text) && text.split(/ +/).includes('openid'), {
      error: 'expected scopes with blanks between them, openid among them, such as "openid email groups"',
    }),
  OIDC_GROUPS_CLAIM: z
    .string()
    .trim()
    .default('groups')
    .refine((text) => /^\S{1,200}$/.test(text), { error: 'expected the name of a claim, such as groups' }),
  OIDC_ROLES: issuerRules,
  OIDC_TRUST_EMAIL: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(['on', 'off']))
    .default('off')
    .transform((word) => word === 'on'),
  OIDC_AUDIENCE: headerText.optional(),
  OIDC_SERVICES: issuerServices,
};

/** Makes the configuration of the issuer out of its variables; undefined where none is named. */
export function readOpenid(read: z.output<z.ZodObject<typeof openidChecks>>): OpenidConfig | undefined {
  if (read.OIDC_ISSUER === undefined) return undefined;
  return {
    issuer: read.OIDC_ISSUER,
    clientId: read.OIDC_CLIENT_ID ?? '',
    clientSecret: read.OIDC_CLIENT_SECRET,
    scopes: read.OIDC_SCOPES,
    groupsClaim: read.OIDC_GROUPS_CLAIM,
    rules: read.OIDC_ROLES,
    trustEmail: read.OIDC_TRUST_EMAIL,
    audience: read.OIDC_AUDIENCE,
    services: read.OIDC_SERVICES,
  };
}

/** What is missing beside what is set: an issuer alone signs nobody in, and without one the rest means nothing. */
export function faultsOfOpenid(given: Record<string, string | undefined>): string[] {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_SERVICES, OIDC_AUDIENCE } = given;
  const set = Object.keys(openidChecks).filter((name) => Object.hasOwn(given, name));
  if (OIDC_ISSUER === undefined) {
    const [first] = set;
    return first === undefined
      ? []
      : [`OIDC_ISSUER: expected the URL of the issuer while ${first} is set, got nothing`];
  }
  return [
    ...(OIDC_CLIENT_ID === undefined
      ? [
          'OIDC_CLIENT_ID: expected the ID by which the issuer knows this server while OIDC_ISSUER is set, got nothing',
        ]
      : []),
    ...(OIDC_SERVICES !== undefined && OIDC_AUDIENCE === undefined
      ? [
          'OIDC_AUDIENCE: expected whom tokens are meant for while OIDC_SERVICES is set, such as nightshift, got nothing',
        ]
      : []),
    ...faultsOfName(given),
  ];
}

/** The issuer sends browsers back to one name, and their cookies must be safe there. */
function faultsOfName({ PUBLIC_URL, HOST }: Record<string, string | undefined>): string[] {
  const expected =
    'PUBLIC_URL: expected the URL by which people open this server while OIDC_ISSUER is set, since the issuer sends them back there';
  if (PUBLIC_URL === undefined) return [`${expected}, got nothing`];
  // What is no URL at all is told already.
  if (!URL.canParse(PUBLIC_URL)) return [];
  const isLocal = isLoopbackHost(HOST?.trim() ?? '127.0.0.1');
  if (isSafe(PUBLIC_URL) && (isLocal || new URL(PUBLIC_URL).protocol === 'https:')) return [];
  const shown = JSON.stringify(trimEndOf(PUBLIC_URL, '/').slice(0, 100));
  return [`${expected}, with https:// unless people and server are on one computer, got ${shown}`];
}

function isSafe(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopbackHost(hostname);
}
