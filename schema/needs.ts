import {
  type AlsoOperation,
  type OwnOperation,
  operationFacts,
  type ScopedOperation,
  scopeOf,
  type WorkOperation,
} from '../contract/words/operations.ts';
import type { Scope } from '../contract/words/viewers.ts';
import { mayDo, type Viewer } from '../domain/input/viewer.ts';

/** The scopes that a field asks for, as the builder takes them. */
export type Needed = { [S in Scope]?: true };

/** Gives the scope that an operation needs. */
export function needs(operation: Exclude<ScopedOperation, WorkOperation | OwnOperation>): Needed {
  return scopeFor(operation);
}

/** Gives the scope that an operation needs, or lets pass a person who asks for what is their own. */
export function needsUnlessOwn(
  operation: OwnOperation,
  viewer: Viewer,
  isOwn: boolean | null | undefined,
): Needed | true {
  return (isOwn === true && viewer.person !== undefined) || scopeFor(operation);
}

/** Gives both scopes that an operation needs in some cases. */
export function needsBoth(operation: AlsoOperation): Needed {
  return { ...scopeFor(operation), [operationFacts[operation].also.scope]: true };
}

/** Gives the scope that an operation needs where something holds, and otherwise both. */
export function needsBothUnless(
  operation: AlsoOperation,
  isWithin: boolean | Promise<boolean>,
): Needed | Promise<Needed> {
  const choose = (isAllowed: boolean) => (isAllowed ? scopeFor(operation) : needsBoth(operation));
  return typeof isWithin === 'boolean' ? choose(isWithin) : isWithin.then(choose);
}

/**
 * Gives the scope that an operation needs, or lets pass who lacks it but has the scope `work`, if what is asked for is
 * within that. Only such a viewer costs the check.
 */
export function needsUnlessWorking(
  operation: WorkOperation,
  viewer: Viewer,
  isWithin: () => boolean | Promise<boolean>,
): Needed | true | Promise<Needed | true> {
  const needed = scopeFor(operation);
  if (mayDo(viewer, scopeOf(operation)) || !mayDo(viewer, 'work')) return needed;
  const answer = isWithin();
  return typeof answer === 'boolean'
    ? answer || needed
    : answer.then((isAllowed): Needed | true => isAllowed || needed);
}

function scopeFor(operation: ScopedOperation): Needed {
  return { [scopeOf(operation)]: true };
}
