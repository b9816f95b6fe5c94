import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What access is judged by: the headers of a request and where its connection comes from. */
export interface Credentials {
  headers: IncomingHttpHeaders;
  remoteAddress: string | undefined;
  /** @default '1.1' */
  httpVersion?: string;
  /** @default 'POST', which may change something */
  method?: string | undefined;
}

/** What a request came with. */
export function credentialsOf({ headers, socket, httpVersion, method }: IncomingMessage): Credentials {
  return { headers, remoteAddress: socket.remoteAddress, httpVersion, method };
}
