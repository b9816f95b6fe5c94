import { once } from 'node:events';
import type { Server } from 'node:http';

/** The address cannot be listened on; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Where a server is to listen. */
export interface Address {
  host: string;
  /** 0 takes any free port. */
  port: number;
}

/** Lets a server listen and gives its URL. @throws ListenError */
export async function listen(server: Server, { host, port }: Address): Promise<string> {
  try {
    server.listen(port, host.replace(/^\[|\]$/g, ''));
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(explain(error, { host, port }), { cause: error });
  }
  const bound = server.address();
  return `http://${nameFor(host)}:${bound !== null && typeof bound === 'object' ? bound.port : port}`;
}

function explain(error: unknown, { host, port }: Address): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} of ${host} is in use by another program, perhaps another Nightshift. Stop that one, or choose another port with PORT.`;
  }
  if (code === 'EACCES')
    return `You do not have permission to use port ${port}. Choose one above 1023 with PORT.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `HOST ${host} is not an address of this computer. Use 127.0.0.1, 0.0.0.0 or one of its own addresses.`;
  }
  return `The server cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}`;
}

/** A wildcard address is called by its own computer as loopback; an IPv6 address stands in brackets. */
function nameFor(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '[::]') return '127.0.0.1';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
