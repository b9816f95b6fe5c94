import type { Scope } from '../generated/graphql.ts';
import { PageViewerDocument } from '../generated/graphql.ts';
import { useAsk } from './useAsk.ts';

/** Whether whoever looks at the page may do something. */
export interface May {
  /** True until it is known, so that nothing flickers: the server refuses what must not be. */
  isAllowed: boolean;
  /** Whether nobody is signed in, so that signing in may help. */
  isSignedOut: boolean;
}

/** Says whether the viewer has a scope. */
export function useMay(scope: Scope): May {
  const { data } = useAsk(PageViewerDocument, {});
  if (data === undefined) return { isAllowed: true, isSignedOut: false };
  const { scopes, kind } = data.viewer;
  return { isAllowed: scopes.includes(scope) || scopes.includes('ADMIN'), isSignedOut: kind === 'ANONYMOUS' };
}
