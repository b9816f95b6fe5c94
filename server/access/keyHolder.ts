import type { Scope } from '../../contract/words/viewers.ts';
import { serviceId } from '../../domain/access/key.ts';
import type { KeyFacts } from '../../domain/access/keyFacts.ts';
import type { Bounds, Viewer } from '../../domain/input/viewer.ts';
import { viewerOfPerson } from './knownPerson.ts';

/** Whose key it is. */
export interface KeyHolder {
  viewer: Viewer;
  /** Why the key works no more; undefined while it does. */
  over: string | undefined;
  /** Whether nobody was ever given it, so that whoever sends it guesses. @default false */
  isMadeUp?: boolean;
}

/**
 * Makes the viewer of whoever holds a key; `ended` is aborted when it works no more. A person's key may do what both the
 * key and its person may at the moment.
 */
export function viewerOf(facts: KeyFacts, ended: AbortSignal, adminUsers: readonly string[] = []): Viewer {
  const { id: key, name, scopes, projects, plans, labels, tasks, personId, owner } = facts;
  const given = Object.entries({ projects, plans, labels, tasks }).filter(([, names]) => names.length > 0);
  const bounds: Bounds | undefined = given.length > 0 ? Object.fromEntries(given) : undefined;
  const held = { identified: true, proof: 'key', key, ended } as const;
  if (personId === null) {
    const may = { scopes: new Set(scopes), ...(bounds ? { bounds } : {}) };
    return { id: serviceId(name), kind: 'service', ...may, ...held };
  }
  const person = viewerOfPerson({ ...facts, person: personId, label: owner }, adminUsers);
  // Admin is all scopes, so that of an admin's key what its person still has is left.
  const both = scopes.includes('admin')
    ? person.scopes
    : new Set(scopes.filter((one) => person.scopes.has(one)));
  const boundsBy = [...both].map(
    (scope) => [scope, withinBoth(bounds, person.boundsBy?.get(scope))] as const,
  );
  return { ...person, ...held, scopes: both, boundsBy: new Map(boundsBy.filter(isBounded)) };
}

function isBounded(entry: readonly [Scope, Bounds | undefined]): entry is readonly [Scope, Bounds] {
  return entry[1] !== undefined;
}

/**
 * What lies within two bounds. Their lists cannot be merged: a list of one that the other leaves out would become a
 * permission more, and not a bound.
 */
function withinBoth(one: Bounds | undefined, other: Bounds | undefined): Bounds | undefined {
  return one && other ? { ...one, and: other } : (one ?? other);
}

/** What may change of a key while it works: all that its person may, and as whom. */
export function rightsOfKey({ owner, also, grants, groups }: KeyFacts): unknown[] {
  return [owner, also, grants, groups];
}

/** Says why a key works no more; nothing of one that does. */
export function whyOver(facts: KeyFacts): string | undefined {
  const { state, name, prefix, expiresAt, replacedAt, revokedAt, personId, ownerState, sleepDays } = facts;
  const isOwn = personId !== null;
  const key = isOwn ? `Your key ${name} (${prefix}…)` : `The key of ${name} (${prefix}…)`;
  const next = isOwn ? 'nightshift keys create --mine' : 'nightshift keys create';
  if (state === 'revoked')
    return isOwn
      ? `${key} was revoked at ${revokedAt}. Make a new one: ${next}`
      : `${key} was revoked at ${revokedAt}. If ${name} is to go on, ask an admin for a new one.`;
  if (ownerState === 'removed')
    return `${key} works no more: you were removed from this server. Ask an admin to let you in again.`;
  if (state === 'expired' && replacedAt !== null)
    return `${key} was replaced at ${replacedAt} and has expired. Use the newer key of ${isOwn ? 'that name' : name}.`;
  if (state === 'expired')
    return `${key} expired at ${expiresAt}. ${isOwn ? 'Make' : 'An admin can make'} a new one: ${next}`;
  return ownerState === 'asleep'
    ? `${key} sleeps, because you have not signed in for ${sleepDays} days. Sign in again, and it works.`
    : undefined;
}
