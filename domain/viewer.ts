/** What a viewer may do; `admin` includes all the others. */
export const scopes = ['read', 'report', 'operate', 'approve', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** The authenticated caller. */
export interface Viewer {
  /** The identity that decisions record, e.g. `local`, `admin` or an email address. */
  id: string;
  scopes: ReadonlySet<Scope>;
  /** False when the caller proved no identity of its own (a local caller of a server without keys). */
  identified: boolean;
  /** The groups that it belongs to, as policies of approvals name them. */
  groups?: readonly string[];
  /** Where its request came from, for the record. */
  address?: string | undefined;
}

/** Says whether a viewer may do what a scope covers. */
export function mayDo(viewer: Viewer, scope: Scope): boolean {
  return viewer.scopes.has(scope) || viewer.scopes.has('admin');
}

/** Says whether two identities are of the same person: email addresses and logins do not differ by their case. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
