/** Leaves the token, which decides, out of a path that is written into a log. */
export function withoutToken(path: string): string {
  return path.replace(/^\/a\/.+/, '/a/…');
}
