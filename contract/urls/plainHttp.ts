/** Says whether what is sent to a URL can be read on the way: plain HTTP to another computer. */
export function isPlainHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

/** The warning before a key is sent where others can read it; `what` is the key's variable. */
export function plainHttpWarning(what: string, url: string): string {
  return `${what} is sent to ${new URL(url).origin} over plain HTTP, where anyone on the network can read it. Use an https:// URL.`;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/i.test(
    hostname,
  );
}
