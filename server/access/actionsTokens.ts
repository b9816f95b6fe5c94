import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { serviceId } from '../../domain/access/key.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { ActionsRule } from '../settings/actionsRules.ts';
import {
  askedOf,
  type Checked,
  isFromFuture,
  refused,
  rememberTokens,
  type SignedTokens,
  toleranceSeconds,
  untilOf,
} from './checkedTokens.ts';

/** What tokens are checked with. */
export interface ActionsTokensSetting {
  rules: readonly ActionsRule[];
  /** Whom a token must be meant for: where people and workflows reach this server. */
  audience: string;
  /** Makes the requests for the issuer's keys. @default Node's own */
  fetch?: typeof fetch;
}

/**
 * Lets in workflows of GitHub Actions by the tokens that their runs get there: signed by the issuer of a rule, meant for
 * this server, not expired, and with the claims that the rule asks for.
 */
export function actionsTokens({ rules, audience, fetch: send }: ActionsTokensSetting): SignedTokens {
  const issuers = new Set(rules.map(({ issuer }) => issuer));
  const keySets = new Map<string, JWTVerifyGetKey>();
  return rememberTokens(judge, { refuse: refused });

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
    if (isFromFuture(payload.iat)) return refused('The token was issued in the future.');
    const rule = rules.find((one) => one.issuer === issuer && isMeant(one, payload));
    if (rule === undefined)
      return refused(
        `The token is of a workflow that no rule of GITHUB_ACTIONS_RULES lets in: repository_id ${payload.repository_id}, event_name ${payload.event_name}, job_workflow_ref ${payload.job_workflow_ref}.`,
      );
    const until = untilOf(payload.exp);
    const ended = AbortSignal.timeout(Math.max(0, until - Date.now()));
    return { viewer: viewerOf(rule, ended), over: undefined, until };
  }
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
