import type { JWTVerifyGetKey } from 'jose';
import { hashOfKey } from '../../contract/keyText.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import { IssuerAwayError } from './errors.ts';
import type { KeyHolder } from './keyHolder.ts';

/** Tokens that an issuer signed, for requests. */
export interface SignedTokens {
  /**
   * Checks the tokens of a request that are not known yet; undefined where there is none. To be awaited before `find`.
   * @throws IssuerAwayError
   */
  recognise(keys: readonly string[]): Promise<unknown> | undefined;
  /** Finds the holder of a token that counts, or why it does not; undefined for what is no token. */
  find(key: string): KeyHolder | undefined;
}

/** What was found out about a token. */
export interface Checked extends KeyHolder {
  /** Milliseconds since the epoch, after which nothing is known of it. */
  until: number;
}

/** Tokens whose check is remembered. */
export interface CheckedTokens<Token extends Checked> extends SignedTokens {
  find(key: string): Token | undefined;
  /** Finds what was found out about the token of a hash, though it may have expired since. */
  known(hash: string): Token | undefined;
}

/** Clocks may differ by so many seconds. */
export const toleranceSeconds = 30;
/** For so long it is remembered that a token does not count, in milliseconds. */
const refusalMs = 10_000;
const maxTokenLength = 8192;
const shape = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

/** Says whether a text could be a signed token. */
export function isToken(key: string): boolean {
  return key.length <= maxTokenLength && shape.test(key);
}

/** Remembers what a check found out, of so many tokens that count and so many others, by their hashes. */
export function rememberTokens<Token extends Checked>(
  judge: (token: string) => Promise<Token>,
  { refuse, maxTokens = 1000 }: { refuse: (why: string) => Token; maxTokens?: number },
): CheckedTokens<Token> {
  /** Those that count stand apart, so that no number of others makes one be forgotten. */
  const [counting, others] = [new Map<string, Token>(), new Map<string, Token>()];
  const checking = new Map<string, Promise<void>>();

  return {
    recognise(keys) {
      const unknown = keys.filter(isToken).filter((token) => isUnknown(hashOfKey(token)));
      return unknown.length === 0 ? undefined : Promise.all(unknown.map(check));
    },
    find(key) {
      const one = isToken(key) ? known(hashOfKey(key)) : undefined;
      return one !== undefined && one.until > Date.now() ? one : undefined;
    },
    known,
  };

  function isUnknown(hash: string): boolean {
    const one = known(hash);
    return one === undefined || one.until <= Date.now();
  }

  function known(hash: string): Token | undefined {
    return counting.get(hash) ?? others.get(hash);
  }

  function check(token: string): Promise<void> {
    const hash = hashOfKey(token);
    const before = checking.get(hash);
    if (before !== undefined) return before;
    const done = judge(token)
      .catch((error: unknown): Token => {
        if (error instanceof IssuerAwayError) throw error;
        return refuse(`The token does not count: ${error instanceof Error ? error.message : error}.`);
      })
      .then((one) => remember(hash, one))
      .finally(() => checking.delete(hash));
    checking.set(hash, done);
    return done;
  }

  /** The oldest is forgotten for a new one, so that whoever sends many costs no more memory. */
  function remember(hash: string, one: Token): void {
    const checked = one.over === undefined ? counting : others;
    counting.delete(hash);
    others.delete(hash);
    if (checked.size >= maxTokens) checked.delete(checked.keys().next().value ?? '');
    checked.set(hash, one);
  }
}

/** Whoever brought nothing that counts. */
export const nobody: Viewer = { id: 'anonymous', kind: 'anonymous', scopes: new Set(), identified: false };

/** Says that a token does not count. */
export function refused(why: string): Checked {
  return { viewer: nobody, over: why, isMadeUp: true, until: Date.now() + refusalMs };
}

/** Says until when a token with this `exp` counts, in milliseconds since the epoch. */
export function untilOf(exp: number | undefined): number {
  return ((exp ?? 0) + toleranceSeconds) * 1000;
}

/** Tells an issuer that does not answer from one that does not know the key. */
export function askedOf(issuer: string, keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      throw code === 'ERR_JWKS_NO_MATCHING_KEY' ? error : new IssuerAwayError(issuer, error);
    }
  };
}

/** Says whether a token with this `iat` is none yet: an issuer that signs ahead is none to believe. */
export function isFromFuture(iat: number | undefined): boolean {
  return iat !== undefined && iat * 1000 > Date.now() + toleranceSeconds * 1000;
}
