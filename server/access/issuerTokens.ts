import { isDeepStrictEqual } from 'node:util';
import type { JWTVerifyGetKey } from 'jose';
import { isSame } from '../../contract/people/identityKey.ts';
import { isPlain } from '../../contract/text/plainText.ts';
import { type IssuerAccount, readIssuerAccounts } from '../../domain/access/issuerAccounts.ts';
import { serviceId } from '../../domain/access/key.ts';
import type { Store } from '../../domain/store.ts';
import {
  askedOf,
  type Checked,
  isFromFuture,
  nobody,
  refused,
  rememberTokens,
  type SignedTokens,
  toleranceSeconds,
  untilOf,
} from './checkedTokens.ts';
import { type Claimed, readClaims } from './claims.ts';

import type { Issuer } from './issuer.ts';
import type { KeyHolder } from './keyHolder.ts';
import { type KnownFacts, type KnownFactsLimits, knowFacts } from './knownFacts.ts';
import { viewerOfPerson } from './knownPerson.ts';

/** The tokens of people and services of the OpenID issuer, for requests. */
export type IssuerTokens = SignedTokens & Pick<KnownFacts<object>, 'refresh' | 'stop'>;

/** What these tokens are judged with. */
export interface IssuerTokensParts {
  db: Store['db'];
  issuer: Issuer;
  /** Whom they must be meant for. */
  audience: string;
  /** Who alone may approve or be an admin, where people are listed. */
  adminUsers: readonly string[];
  onFault: (error: unknown) => void;
}

/** Whom a token is of whose signature was checked. */
interface Verified extends Checked {
  account?: { issuer: string; subject: string; claimed: Claimed };
}

/** What is known of a token: whom it is of, and who that is here now. */
interface TokenFacts {
  sha256: string;
  until: number;
  subject: string;
  claimed: Claimed;
  account: IssuerAccount | undefined;
}

/** What may sign: never a secret that both sides know, and never nothing. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
/** So many tokens are remembered that count. */
const maxTokens = 5000;
/** What an access token or an ID token calls itself, where it does; a token that signs somebody out is neither. */
const types = ['jwt', 'at+jwt', 'application/at+jwt'];

/**
 * Lets in who brings a token that the issuer signed for this server: a person whose account has signed in here by browser,
 * with the roles that an admin gave and those that the rules give for the claims of the token, or a service that a rule
 * names. Who that is, is read again with what is known of keys, so that it ends within seconds when the person is removed.
 */
export function issuerTokens(parts: IssuerTokensParts, limits: KnownFactsLimits = {}): IssuerTokens {
  const { db, issuer, audience, onFault } = parts;
  const verified = rememberTokens<Verified>(judge, { refuse: refused, maxTokens });
  let keySet: { url: string; keys: JWTVerifyGetKey } | undefined;
  const facts = knowFacts<TokenFacts, never>(
    {
      isText: (text) => verified.find(text)?.account !== undefined,
      read: (hashes) => readFacts(hashes),
      holderOf: (one, ended) => holderOf(one, ended, parts),
      hasSameRights: (one, other) => isDeepStrictEqual(rightsOf(one), rightsOf(other)),
      onFault,
    },
    limits,
  );

  return {
    recognise(keys) {
      const checks = verified.recognise(keys);
      return checks === undefined ? facts.recognise(keys) : checks.then(() => facts.recognise(keys));
    },
    find(key) {
      const one = verified.find(key);
      return one?.account === undefined ? one : facts.find(key);
    },
    refresh: facts.refresh,
    stop: facts.stop,
  };

  async function judge(token: string): Promise<Verified> {
    const { decodeJwt, decodeProtectedHeader, jwtVerify } = await import('jose');
    const metadata = (await issuer.open()).serverMetadata();
    if (decodeJwt(token).iss !== metadata.issuer)
      return refused('The token is of no issuer that this server knows.');
    const { typ } = decodeProtectedHeader(token);
    if (typ !== undefined && !types.includes(typ.toLowerCase()))
      return refused('The token is none that lets somebody in.');
    const signed = metadata.id_token_signing_alg_values_supported;
    const { payload } = await jwtVerify(token, askedOf(metadata.issuer, await keysAt(metadata.jwks_uri)), {
      issuer: metadata.issuer,
      audience,
      algorithms: algorithms.filter((one) => signed === undefined || signed.includes(one)),
      clockTolerance: toleranceSeconds,
      requiredClaims: ['exp', 'sub'],
    });
    const { sub: subject = '', exp, iat } = payload;
    if (isFromFuture(iat)) return refused('The token was issued in the future.');
    if (subject.length > 255 || !subject.isWellFormed() || !isPlain(subject))
      return refused('The token is of an account that this server cannot store.');
    const account = { issuer: metadata.issuer, subject, claimed: readClaims(payload, issuer.config) };
    return { viewer: nobody, over: undefined, until: untilOf(exp), account };
  }

  async function keysAt(url = ''): Promise<JWTVerifyGetKey> {
    const { createRemoteJWKSet, customFetch } = await import('jose');
    const options = { timeoutDuration: 5000, cooldownDuration: 30_000, [customFetch]: issuer.fetch };
    if (keySet?.url !== url) keySet = { url, keys: createRemoteJWKSet(new URL(url), options) };
    return keySet.keys;
  }

  async function readFacts(hashes: readonly string[]): Promise<TokenFacts[]> {
    const given = hashes.flatMap((sha256) => {
      const one = verified.known(sha256);
      return one?.account === undefined ? [] : [{ sha256, until: one.until, ...one.account }];
    });
    const accounts = await readIssuerAccounts(
      db,
      given.map((one) => one.issuer),
      given.map((one) => one.subject),
    );
    return given.map(({ issuer: of, ...one }) => ({
      ...one,
      account: accounts.find((account) => account.issuer === of && account.subject === one.subject),
    }));
  }
}

/** What its holder may do, and as whom. */
function rightsOf({ account }: TokenFacts): unknown[] {
  return [account?.person, account?.label, account?.also, account?.grants];
}

function holderOf(
  { until, subject, claimed, account }: TokenFacts,
  ended: AbortSignal,
  { issuer, adminUsers }: IssuerTokensParts,
): KeyHolder {
  const over = (why: string): KeyHolder => ({ viewer: nobody, over: why });
  if (until <= Date.now()) return over('The token has expired. Get a new one from the issuer.');
  if (account?.isGone) return over('You were removed from this server. Ask an admin to let you in again.');
  if (account && account.person !== null) {
    const { person, label, also, grants } = account;
    const { groups } = claimed;
    const isOwn = claimed.address !== undefined && label !== null && isSame(claimed.address, label);
    const all = [...(grants ?? []), ...claimed.grants, ...(isOwn ? claimed.grantsOfAddress : [])];
    const viewer = viewerOfPerson({ person, label, also, grants: all, groups }, adminUsers);
    return { viewer: { ...viewer, proof: 'token', ended }, over: undefined };
  }
  const service = issuer.config.services.find((one) => one.subject === subject);
  if (account || service === undefined)
    return over(
      `The token is of the account ${JSON.stringify(subject)}, which is nobody here. A person must sign in by browser first; a service needs a rule in OIDC_SERVICES.`,
    );
  const { name, scopes } = service;
  const viewer = { id: serviceId(name), kind: 'service', proof: 'token', identified: true, ended } as const;
  return { viewer: { ...viewer, scopes: new Set(scopes) }, over: undefined };
}
