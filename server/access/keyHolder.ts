import { serviceId } from '../../domain/access/key.ts';
import type { KeyFacts } from '../../domain/access/keyFacts.ts';
import type { Viewer } from '../../domain/input/viewer.ts';

/** Whose key it is. */
export interface KeyHolder {
  viewer: Viewer;
  /** Why the key works no more; undefined while it does. */
  over: string | undefined;
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
    ended,
    ...(given.length > 0 ? { bounds: Object.fromEntries(given) } : {}),
  };
}

/** Says why a key works no more; nothing of one that does. */
export function whyOver({ state, name, prefix, expiresAt, revokedAt }: KeyFacts): string | undefined {
  if (state === 'revoked') return `The key of ${name} (${prefix}…) was revoked at ${revokedAt}.`;
  if (state === 'expired')
    return `The key of ${name} (${prefix}…) expired at ${expiresAt}. An admin can make a new one: nightshift keys create`;
  return undefined;
}
