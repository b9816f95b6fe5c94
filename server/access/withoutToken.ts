/**
 * Leaves the token, which decides, out of a path that is written into a log, however the path was written: a request may
 * name the whole address, and percent-encode any letter.
 */
export function withoutToken(path: string): string {
  const plain = path.replace(/%61/gi, 'a').replace(/%2f/gi, '/');
  return plain.replace(/^(?:[a-z][a-z0-9+.-]*:\/\/[^/]*)?\/+a\/.+/i, '/a/…');
}
