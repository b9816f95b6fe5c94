import { InvalidArgumentError } from 'commander';
import { ownValue } from '../../contract/ownValue.ts';
import { type Role, roleFacts, roles } from '../../contract/words/people.ts';

/** A role as it is given, with a project where it is for one. */
export interface WantedGrant {
  role: Role;
  project?: string;
}

/** Collects roles, such as `operator` or `approver@acme/site`, with commas between them or each for itself. */
export function collectGrants(text: string, earlier: WantedGrant[] | undefined): WantedGrant[] {
  return [...(earlier ?? []), ...text.split(',').map(parseGrant)];
}

/** Reads the name of a role. */
export function parseRole(text: string): Role {
  if (ownValue(roleFacts, text) !== undefined) return text as Role;
  throw new InvalidArgumentError(`Expected one of ${roles.join(', ')}, got "${text}".`);
}

function parseGrant(text: string): WantedGrant {
  const at = text.indexOf('@');
  const role = parseRole(at === -1 ? text : text.slice(0, at));
  return at === -1 ? { role } : { role, project: text.slice(at + 1) };
}
