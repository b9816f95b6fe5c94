import { serviceId } from '../../domain/access/key.ts';
import type { KeyFacts } from '../../domain/access/keyFacts.ts';
import type { Viewer } from '../../domain/input/viewer.ts';

/** Whose key it is. */
export interface KeyHolder {
  viewer: Viewer;
  /** Why the key works no more; undefined while it does. */
  over: string | undefined;
  /** Whether nobody was ever given it, so that whoever sends it guesses. @default false */
  isMadeUp?: boolean;
}

/** Makes the viewer of whoever holds a key; `ended` is aborted when it works no more. */
export function viewerOf(facts: KeyFacts, ended: AbortSignal): Viewer {
  const { name, scopes, projects, plans, labels, tasks } = facts;
  const given = Object.entries({ projects, plans, labels, tasks }).filter(([, names]) => names.length > 0);
  return {
    id: serviceId(name),
    kind: 'service',
    scopes: new Set(scopes),
    identified: true,
    proof: 'key',
    key: facts.id,
    ended,
    ...(given.length > 0 ? { bounds: Object.fromEntries(given) } : {}),
  };
}

/** Says why a key works no more; nothing of one that does. */
export function whyOver(facts: KeyFacts): string | undefined {
  const { state, name, prefix, expiresAt, replacedAt, revokedAt } = facts;
  const key = `The key of ${name} (${prefix}…)`;
  if (state === 'revoked')
    return `${key} was revoked at ${revokedAt}. If ${name} is to go on, ask an admin for a new one.`;
  if (state !== 'expired') return undefined;
  return replacedAt === null
    ? `${key} expired at ${expiresAt}. An admin can make a new one: nightshift keys create`
    : `${key} was replaced at ${replacedAt} and has expired. Use the newer key of ${name}.`;
}
