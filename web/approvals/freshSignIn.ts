import { basePath, currentPath } from '../data/base.ts';

/** Where one proves anew who one is, for what is of high risk, and comes back from to a path of the page. */
export function freshSignInPath(path?: string): string {
  const returnTo = path === undefined ? currentPath() : `${basePath.replace(/\/$/, '')}${path}`;
  return `${basePath}sign-in/issuer?${new URLSearchParams({ fresh: '1', return_to: returnTo })}`;
}
