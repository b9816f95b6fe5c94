import type { Scope } from '../generated/graphql.ts';
import { mayDo, useViewer } from './useViewer.ts';

/** Whether whoever looks at the page may do something. */
export interface May {
  /** True until it is known, so that nothing flickers: the server refuses what must not be. */
  isAllowed: boolean;
  /** Whether nobody is signed in, so that signing in may help. */
  isSignedOut: boolean;
}

/** Says whether the viewer has a scope. */
export function useMay(scope: Scope): May {
  const viewer = useViewer();
  if (viewer === undefined) return { isAllowed: true, isSignedOut: false };
  return { isAllowed: mayDo(viewer, scope), isSignedOut: viewer.kind === 'ANONYMOUS' };
}
