import type { GraphiqlMode } from '../settings/graphql.ts';
import type { Credentials } from './credentials.ts';
import { isLoopbackAddress, passedOnBy } from './origin.ts';

/** Says why whoever sent a request gets no GraphiQL; nothing to whoever does. */
export function refuseGraphiql(mode: GraphiqlMode, credentials: Credentials): string | undefined {
  if (mode === 'on') return undefined;
  if (mode === 'off') return 'GraphiQL is switched off on this server (GRAPHIQL=off).';
  if (isLoopbackAddress(credentials.remoteAddress) && passedOnBy(credentials) === undefined) return undefined;
  return 'GraphiQL is only for browsers on the server’s own computer (GRAPHIQL=loopback), without a proxy between them.';
}
