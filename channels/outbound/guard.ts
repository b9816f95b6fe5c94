import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedTargets, isAllowedAddress, isAllowedHost, plainHost } from './addresses.ts';

/** A connection was refused because of where it leads; the message names no address. */
export class OutboundRefusedError extends Error {
  override readonly name = 'OutboundRefusedError';
  readonly code = 'OUTBOUND_REFUSED';
}

/** Finds the addresses of a name; the system's resolver, or that of a test. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

/** Judges where connections lead. */
export interface Guard {
  /** @throws OutboundRefusedError for a host that is an address which may not be connected to */
  check(host: string, port: number): void;
  /**
   * Finds the addresses of a name for the very connection that is made, and gives only those that may be connected to:
   * what a name leads to a moment later is of no use to anybody.
   */
  lookupFor(port: number): LookupFunction;
}

/** Makes what keeps requests away from private, link-local and loopback addresses that are not allowed by name. */
export function createGuard(allowed: AllowedTargets, resolve: Resolve = resolveBySystem): Guard {
  return {
    check(host, port) {
      const name = plainHost(host);
      if (isIP(name) === 0 || isAllowedHost(allowed, name, port) || isAllowedAddress(allowed, name)) return;
      throw refusal();
    },
    lookupFor: (port) => (host, options, callback) => {
      find(host, port).then(
        (addresses) => {
          const [first] = addresses;
          if (options.all) callback(null, addresses);
          else callback(null, first?.address ?? '', first?.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, options.all ? [] : ''),
      );
    },
  };

  async function find(host: string, port: number): Promise<LookupAddress[]> {
    const addresses = await resolve(host);
    if (isAllowedHost(allowed, host, port)) return addresses;
    const usable = addresses.filter(({ address }) => isAllowedAddress(allowed, address));
    if (usable.length > 0) return usable;
    throw refusal();
  }
}

function refusal(): OutboundRefusedError {
  return new OutboundRefusedError(
    'leads to a private address, which is not allowed. To allow it, add its host to OUTBOUND_ALLOW',
  );
}

function resolveBySystem(host: string): Promise<LookupAddress[]> {
  return new Promise((done, failed) => {
    lookup(host, { all: true }, (error, addresses) => (error ? failed(error) : done(addresses)));
  });
}
