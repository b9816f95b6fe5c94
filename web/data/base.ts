// Vite would take a literal `new URL('…', import.meta.url)` for a file to bring along.
const here = import.meta.url;

/** The path that the page is served below, with a slash at its end: `/`, or what a proxy puts before it. */
export const basePath = import.meta.env.DEV ? '/' : new URL('..', here).pathname;

/** Writes where the browser is as a path of the server, to come back to. */
export function currentPath(): string {
  const { pathname, search, hash } = window.location;
  return `${pathname}${search}${hash}`;
}

/** Where one signs in, and comes back from to a path; to the present one unless another is named. */
export function signInPath(returnTo = currentPath()): string {
  return `${basePath}sign-in?${new URLSearchParams({ return_to: returnTo })}`;
}
