import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { shared } from '../data/shared.ts';

/** The filters that each view had last, by its path, so that the way back to it keeps them. */
export const lastSearch = shared<ReadonlyMap<string, string>>(new Map());

/** Remembers the filters of a view while its page is open. */
export function useLastSearch(): void {
  const { pathname, search } = useLocation();
  useEffect(() => lastSearch.set(new Map(lastSearch.get()).set(pathname, search)), [pathname, search]);
}
