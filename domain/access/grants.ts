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

/** Says what grants, as they are stored, allow together. */
export function accessOf(grants: readonly string[]): GrantedAccess {
  const known = grants.map(readGrant).filter((grant) => grant !== undefined);
  const scopes = new Set(known.flatMap(({ role }): readonly Scope[] => roleFacts[role].scopes));
  const projects = known.map(({ project }) => project).filter((project) => project !== undefined);
  const isBounded = projects.length > 0 && known.every(({ project, role }) => project || role === 'viewer');
  return { scopes, bounds: isBounded ? { projects: [...new Set(projects)] } : undefined };
}
