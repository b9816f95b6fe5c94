import { accessOf, boundedByAdmins } from '../../domain/access/grants.ts';
import { isOf, type Viewer } from '../../domain/input/viewer.ts';

/** A person as the database knows them. */
export interface PersonFacts {
  person: number | null;
  /** By which of their accounts they are known, where one is. */
  principal?: number | null;
  /** As policies name them. */
  label: string | null;
  /** The other names that mean them. @default none */
  also?: readonly string[];
  /** The roles that they have, as they are stored. */
  grants: readonly string[];
  groups: readonly string[];
}

/** Makes the viewer of a person; where people are listed in ADMIN_USERS, by any of their names, nobody else may approve or be an admin. */
export function viewerOfPerson(
  { person, principal, label, also = [], grants, groups }: PersonFacts,
  adminUsers: readonly string[],
): Viewer {
  const id = label ?? `person:${person}`;
  const { scopes, boundsBy } = accessOf(grants);
  const isListed = adminUsers.length === 0 || adminUsers.some((one) => isOf({ id, also }, one));
  return {
    id,
    kind: 'person',
    identified: true,
    scopes: isListed ? scopes : new Set([...scopes].filter((scope) => !boundedByAdmins.includes(scope))),
    groups,
    boundsBy,
    person: person ?? undefined,
    principal: principal ?? undefined,
  };
}
