import { useSyncExternalStore } from 'react';

const query = window.matchMedia('(min-width: 64rem)');

/** Whether the window has room for two columns. */
export function useWide(): boolean {
  return useSyncExternalStore(follow, () => query.matches);
}

function follow(changed: () => void): () => void {
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
