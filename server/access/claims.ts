import { ownValue } from '../../contract/ownValue.ts';
import { composedName, identityKey } from '../../contract/people/identityKey.ts';
import { type IssuerRule, isAddress, isGroupName } from '../settings/issuerRules.ts';
import type { OpenidConfig } from '../settings/openid.ts';

/** What an issuer says of somebody, of which nothing is known to have the right shape. */
export type Claims = Readonly<Record<string, unknown>>;

/** Who somebody is by an issuer's claims. */
export interface Claimed {
  /** The address, where the issuer has verified it. */
  address: string | undefined;
  /** The groups, as policies name them. */
  groups: string[];
  /** The roles that the rules give, as they are stored, those of the address apart. */
  grants: string[];
  /** The roles of that very address: they count for the person who has it alone, whichever account brings it. */
  grantsOfAddress: string[];
}

/** So many groups are kept; roles are given by all. */
const maxKeptGroups = 200;

type ClaimRules = Pick<OpenidConfig, 'groupsClaim' | 'rules' | 'trustEmail'>;

/** Reads the address, the groups and with them the roles out of claims. */
export function readClaims(claims: Claims, config: ClaimRules): Claimed {
  const address = addressOf(claims, config);
  const groups = groupsOf(claims, config);
  const key = address === undefined ? undefined : identityKey(address);
  const given = config.rules.filter((rule) => fits(rule, key, groups));
  const [ofAddress, others] = [true, false].map((is) =>
    given.filter((rule) => (rule.of === 'address') === is).map(({ grant }) => grant),
  );
  return {
    address,
    groups: [...groups].slice(0, maxKeptGroups),
    grants: [...new Set(others)],
    grantsOfAddress: [...new Set(ofAddress)],
  };
}

/** Says whether claims leave out what rules and policies ask for, so that it pays to ask the issuer for more. */
export function lacksClaims(claims: Claims, { groupsClaim }: ClaimRules): boolean {
  return typeof claims.email !== 'string' || findClaim(claims, groupsClaim) === undefined;
}

/** An address that nobody has verified may be anybody's. */
function addressOf(
  { email, email_verified: verified }: Claims,
  { trustEmail }: ClaimRules,
): string | undefined {
  if (typeof email !== 'string' || !isAddress(email)) return undefined;
  const counts = verified === true || (verified === undefined && trustEmail);
  return counts ? email : undefined;
}

function groupsOf(claims: Claims, { groupsClaim }: ClaimRules): Set<string> {
  const claim = findClaim(claims, groupsClaim);
  const names: unknown[] = Array.isArray(claim) ? claim : [claim];
  return new Set(
    names.flatMap((one) => {
      const name = typeof one === 'string' ? composedName(one) : '';
      return isGroupName(name) ? [name] : [];
    }),
  );
}

/** A claim of that very name, which may be a URL with dots in it, or else what the dots lead to. */
function findClaim(claims: Claims, name: string): unknown {
  const direct = ownValue(claims, name);
  if (direct !== undefined) return direct;
  let found: unknown = claims;
  for (const part of name.split('.'))
    found = typeof found === 'object' && found !== null ? ownValue(found as Claims, part) : undefined;
  return found;
}

function fits(rule: IssuerRule, address: string | undefined, groups: ReadonlySet<string>): boolean {
  if (rule.of === 'everybody') return true;
  if (rule.of === 'group') return groups.has(rule.group);
  if (address === undefined) return false;
  return rule.of === 'address' ? address === rule.address : address.endsWith(`@${rule.domain}`);
}
