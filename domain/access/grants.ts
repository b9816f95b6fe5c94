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

/** What grants together allow. */
export interface GrantedAccess {
  scopes: ReadonlySet<Scope>;
  /** What is bounded to projects, of all scopes alike but `read`. */
  bounds: Bounds | undefined;
}

/**
 * Says what grants, as they are stored, allow together. All scopes have the same bounds, so what a role for one project
 * alone gives beside more for another, or for the whole server, is left out: nobody gets a scope where no role gives it.
 */
export function accessOf(grants: readonly string[]): GrantedAccess {
  const known = grants.map(readGrant).filter((grant) => grant !== undefined);
  const whole = new Set(known.flatMap((grant) => (grant.project === undefined ? scopesOf(grant) : [])));
  const inProjects = new Map<string, Set<Scope>>();
  for (const grant of known)
    if (grant.project !== undefined)
      inProjects.set(grant.project, new Set([...(inProjects.get(grant.project) ?? []), ...scopesOf(grant)]));
  const isWhole = inProjects.size === 0 || [...whole].some((scope) => scope !== 'read');
  if (isWhole) return { scopes: whole, bounds: undefined };
  const [first = new Set<Scope>(), ...others] = inProjects.values();
  const common = [...first].filter((scope) => others.every((of) => of.has(scope)));
  return { scopes: new Set([...whole, ...common]), bounds: { projects: [...inProjects.keys()] } };
}

function scopesOf({ role }: Grant): readonly Scope[] {
  return roleFacts[role].scopes;
}
