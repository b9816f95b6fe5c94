import type { IncomingHttpHeaders } from 'node:http';

/**
 * Says whether a browser sent a form of a page of this server: by `Sec-Fetch-Site`, or by `Origin` where it does not send
 * that. What tells neither is no browser's form.
 */
export function isOwnForm(headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  const { host = '', origin = '' } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return (
    from.host === host.toLowerCase() || (publicUrl !== undefined && from.origin === new URL(publicUrl).origin)
  );
}
