import { ownValue } from '../../contract/ownValue.ts';
import { projectPattern } from '../../contract/projectName.ts';
import { type Role, roleFacts } from '../../contract/words/people.ts';
import type { Scope } from '../../contract/words/viewers.ts';
import type { Bounds } from '../input/viewer.ts';

/** A role, for the whole server or for one project. */
export interface Grant {
  role: Role;
  project?: string;
}

/** Reads a grant: `approver`, or `approver@site` for one project; undefined where it is none. An admin is one of all projects. */
export function readGrant(text: string): Grant | undefined {
  const [role = '', project, ...rest] = text.split('@');
  if (rest.length > 0 || ownValue(roleFacts, role) === undefined) return undefined;
  if (project === undefined) return { role: role as Role };
  return projectPattern.test(project) && role !== 'admin' ? { role: role as Role, project } : undefined;
}

/** Writes a grant as it is stored. */
export function writeGrant({ role, project }: Grant): string {
  return project === undefined ? role : `${role}@${project}`;
}

/** Scopes that need a person to be listed in ADMIN_USERS, where that is set. */
export const boundedByAdmins: readonly Scope[] = ['approve', 'admin'];

/** What grants together allow. */
export interface GrantedAccess {
  scopes: ReadonlySet<Scope>;
  /** What each scope is bounded to, where no grant gives it for the whole server; reading never is. */
  boundsBy: ReadonlyMap<Scope, Bounds>;
}

/** Says what grants, as they are stored, allow together: as much as each of them allows, and no more. */
export function accessOf(grants: readonly string[]): GrantedAccess {
  const given = grants
    .map(readGrant)
    .filter((grant) => grant !== undefined)
    .flatMap(({ role, project }) =>
      roleFacts[role].scopes.map((scope: Scope) => ({
        scope,
        project: scope === 'read' ? undefined : project,
      })),
    );
  const byScope = Map.groupBy(given, ({ scope }) => scope);
  const bounded = [...byScope].flatMap(([scope, all]): [Scope, Bounds][] => {
    const projects = all.map(({ project }) => project).filter((project) => project !== undefined);
    return projects.length < all.length
      ? []
      : [[scope, { projects: [...new Set(projects)], areOfRoles: true }]];
  });
  return { scopes: new Set(byScope.keys()), boundsBy: new Map(bounded) };
}
