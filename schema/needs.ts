import { type ScopedOperation, scopeOf } from '../contract/words/operations.ts';
import type { Scope } from '../contract/words/viewers.ts';

/** The scopes that a field asks for, as the builder takes them. */
export type Needed = { [S in Scope]?: true };

/** Gives the scope that an operation needs. */
export function needs(operation: ScopedOperation): Needed {
  return { [scopeOf(operation)]: true };
}
