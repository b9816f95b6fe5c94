/** The keys of servers that a test file has started, by their addresses. */
const keys = new Map<string, string>();

/** Notes the key of a server, so that clients and processes of the same test file are handed it by the address alone. */
export function noteKey(url: string, key: string | undefined): void {
  if (key !== undefined) keys.set(new URL(url).origin, key);
}

/** The key of a server, or of what stands before it. */
export function keyOf(url: string): string | undefined {
  return keys.get(new URL(url).origin);
}
