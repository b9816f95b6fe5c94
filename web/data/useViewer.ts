import { PageViewerDocument, type PageViewerQuery, type Scope } from '../generated/graphql.ts';
import { useAsk } from './useAsk.ts';

export type PageViewer = PageViewerQuery['viewer'];

/** Who looks at the page; undefined until that is known. */
export function useViewer(): PageViewer | undefined {
  return useAsk(PageViewerDocument, {}).data?.viewer;
}

/** Says whether somebody has a scope; `ADMIN` includes all. */
export function mayDo(viewer: Pick<PageViewer, 'scopes'> | undefined, scope: Scope): boolean {
  return viewer !== undefined && (viewer.scopes.includes(scope) || viewer.scopes.includes('ADMIN'));
}
