import { createHash } from 'node:crypto';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { serviceId } from '../../domain/access/key.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { ActionsRule } from '../settings/actionsRules.ts';
import { IssuerAwayError } from './errors.ts';
import type { KeyHolder } from './keyHolder.ts';

/** The tokens of workflows, for requests. */
export interface ActionsTokens {
  /**
   * Checks the tokens of a request that are not known yet; undefined where there is none. To be awaited before `find`.
   * @throws IssuerAwayError
   */
  recognise(keys: readonly string[]): Promise<unknown> | undefined;
  /** Finds the workflow of a token that counts, or why it does not; undefined for what is no token. */
  find(key: string): KeyHolder | undefined;
}

/** What tokens are checked with. */
export interface ActionsTokensSetting {
  rules: readonly ActionsRule[];
  /** Whom a token must be meant for: where people and workflows reach this server. */
  audience: string;
  /** Makes the requests for the issuer's keys. @default Node's own */
  fetch?: typeof fetch;
}

interface Checked extends KeyHolder {
  /** Milliseconds since the epoch, after which nothing is known of it. */
  until: number;
}

/** Clocks may differ by so many seconds. */
const toleranceSeconds = 30;
/** So many tokens are remembered; those of workflows live minutes. */
const maxChecked = 1000;
/** For so long it is remembered that a token does not count, in milliseconds. */
const refusalMs = 10_000;
const maxTokenLength = 8192;
const shape = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Lets in workflows of GitHub Actions by the tokens that their runs get there: signed by the issuer of a rule, meant for
 * this server, not expired, and with the claims that the rule asks for.
 */
export function actionsTokens({ rules, audience, fetch: send }: ActionsTokensSetting): ActionsTokens {
  /** Those that count stand apart, so that no number of others makes one be forgotten. */
  const [counting, others] = [new Map<string, Checked>(), new Map<string, Checked>()];
  const checking = new Map<string, Promise<void>>();
  const issuers = new Set(rules.map(({ issuer }) => issuer));
  const keySets = new Map<string, JWTVerifyGetKey>();

  return {
    recognise(keys) {
      const unknown = keys.filter(isToken).filter((token) => isUnknown(hashOf(token)));
      return unknown.length === 0 ? undefined : Promise.all(unknown.map(check));
    },
    find(key) {
      const one = isToken(key) ? known(hashOf(key)) : undefined;
      return one !== undefined && one.until > Date.now() ? one : undefined;
    },
  };

  function isUnknown(hash: string): boolean {
    const one = known(hash);
    return one === undefined || one.until <= Date.now();
  }

  function known(hash: string): Checked | undefined {
    return counting.get(hash) ?? others.get(hash);
  }

  function check(token: string): Promise<void> {
    const hash = hashOf(token);
    const before = checking.get(hash);
    if (before !== undefined) return before;
    const done = judge(token)
      .catch((error: unknown): Checked => {
        if (error instanceof IssuerAwayError) throw error;
        return refused(`The token does not count: ${error instanceof Error ? error.message : error}.`);
      })
      .then((one) => remember(hash, one))
      .finally(() => checking.delete(hash));
    checking.set(hash, done);
    return done;
  }

  async function judge(token: string): Promise<Checked> {
    const { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } = await import('jose');
    const { iss: issuer } = decodeJwt(token);
    // Nobody but an issuer that was named is asked for its keys.
    if (issuer === undefined || !issuers.has(issuer))
      return refused('The token is of no issuer that this server knows.');
    const url = new URL(`${issuer}/.well-known/jwks`);
    const options = {
      timeoutDuration: 5000,
      cooldownDuration: 30_000,
      ...(send ? { [customFetch]: send } : {}),
    };
    const keys = keySets.get(issuer) ?? createRemoteJWKSet(url, options);
    keySets.set(issuer, keys);
    const { payload } = await jwtVerify(token, askedOf(issuer, keys), {
      issuer,
      audience,
      algorithms: ['RS256'],
      clockTolerance: toleranceSeconds,
      requiredClaims: ['exp', 'iat', 'repository_id'],
    });
    const rule = rules.find((one) => one.issuer === issuer && isMeant(one, payload));
    if (rule === undefined)
      return refused(
        `The token is of a workflow that no rule of GITHUB_ACTIONS_RULES lets in: repository_id ${payload.repository_id}, event_name ${payload.event_name}, job_workflow_ref ${payload.job_workflow_ref}.`,
      );
    const until = ((payload.exp ?? 0) + toleranceSeconds) * 1000;
    const ended = AbortSignal.timeout(Math.max(0, until - Date.now()));
    return { viewer: viewerOf(rule, ended), over: undefined, until };
  }

  /** The oldest is forgotten for a new one, so that whoever sends many costs no more memory. */
  function remember(hash: string, one: Checked): void {
    const checked = one.over === undefined ? counting : others;
    counting.delete(hash);
    others.delete(hash);
    if (checked.size >= maxChecked) checked.delete(checked.keys().next().value ?? '');
    checked.set(hash, one);
  }
}

function isToken(key: string): boolean {
  return key.length <= maxTokenLength && shape.test(key);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function isMeant({ repositoryId, claims }: ActionsRule, payload: JWTPayload): boolean {
  const told = new Map(Object.entries(payload));
  return (
    String(told.get('repository_id')) === repositoryId &&
    [...claims].every(([claim, values]) => {
      const value = told.get(claim);
      return typeof value === 'string' && values.some((one) => fits(one, value));
    })
  );
}

function fits(wanted: string, value: string): boolean {
  return wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
}

function viewerOf({ name, scopes, bounds }: ActionsRule, ended: AbortSignal): Viewer {
  return {
    id: serviceId(name),
    kind: 'service',
    proof: 'token',
    scopes: new Set(scopes),
    identified: true,
    ended,
    ...(Object.keys(bounds).length > 0 ? { bounds } : {}),
  };
}

const nobody: Viewer = { id: 'anonymous', kind: 'anonymous', scopes: new Set(), identified: false };

function refused(why: string): Checked {
  return { viewer: nobody, over: why, isMadeUp: true, until: Date.now() + refusalMs };
}

/** Tells an issuer that does not answer from one that does not know the key. */
function askedOf(issuer: string, keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      throw code === 'ERR_JWKS_NO_MATCHING_KEY' ? error : new IssuerAwayError(issuer, error);
    }
  };
}
