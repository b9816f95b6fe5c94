import { connect, type Socket } from 'node:net';
import { lazily } from '../../contract/lazily.ts';
import type { AllowedTargets } from './addresses.ts';
import { createGuard, type Guard, OutboundRefusedError, type Resolve } from './guard.ts';

/** The one way out of the server to addresses that its configuration names. */
export interface Outbound {
  /**
   * Sends a request as `fetch` does. It fails where the address is private and not allowed by name, and never follows
   * a redirect: the answer is then the redirect itself.
   */
  fetch(url: string, request: RequestInit): Promise<Response>;
  /** Connects to a host and port under the same rules. @throws OutboundRefusedError */
  connect(host: string, port: number, signal: AbortSignal): Promise<Socket>;
}

/** Creates the guarded `fetch` for outgoing requests. `resolve` replaces the system's resolver. */
export function createOutbound(allowed: AllowedTargets, resolve?: Resolve): Outbound {
  const guard = createGuard(allowed, resolve);
  // Loaded with the first request, since many servers never make one.
  const client = lazily(() => openClient(guard));
  return {
    async fetch(url, request) {
      const { protocol } = new URL(url);
      if (protocol !== 'https:' && protocol !== 'http:')
        throw new OutboundRefusedError('is not an http or https URL');
      return (await client())(url, { ...request, redirect: 'manual' });
    },
    connect: (host, port, signal) =>
      new Promise((done, failed) => {
        guard.check(host, port);
        const socket = connect({ host, port, lookup: guard.lookupFor(port), signal });
        socket.once('error', failed);
        socket.once('connect', () => {
          socket.off('error', failed);
          done(socket);
        });
      }),
  };
}

/**
 * The way out for whoever runs a plan: their own environment names the addresses, so private ones are allowed, which
 * the server's guard refuses. It sends by Node's own `fetch`, which heeds the proxies that the environment names.
 */
export const unguarded: Pick<Outbound, 'fetch'> = {
  fetch: (url, request) => fetch(url, { ...request, redirect: 'manual' }),
};

async function openClient(guard: Guard): Promise<Outbound['fetch']> {
  const { Agent, buildConnector, fetch } = await import('undici');
  const agent = new Agent({
    connect(options, callback) {
      const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
      try {
        guard.check(options.hostname, port);
      } catch (error) {
        callback(error as Error, null);
        return;
      }
      buildConnector({ lookup: guard.lookupFor(port), timeout: 10_000 })(options, callback);
    },
  });
  const send: unknown = (url: string, request: object) => fetch(url, { ...request, dispatcher: agent });
  // The same functions as Node's own, which carries another copy of them and types of its own.
  return send as Outbound['fetch'];
}
