import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What may be reached although it is private: names and addresses, with a port or without, and networks (CIDR). */
export type AllowedTargets = readonly string[];

/** Says whether the configuration names a host, with this port or without one; then its addresses are not judged. */
export function isAllowedHost(allowed: AllowedTargets, host: string, port: number): boolean {
  const name = plainHost(host);
  const withPort = isIP(name) === 6 ? `[${name}]:${port}` : `${name}:${port}`;
  return allowed.some((entry) => {
    const one = entry.toLowerCase();
    return one === withPort || plainHost(one) === name;
  });
}

/** Says whether an address may be connected to: it is public, or lies in a network that the configuration names. */
export function isAllowedAddress(allowed: AllowedTargets, address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return allowed.some((entry) => isWithin(parsed, entry)) || isPublic(parsed);
}

/** A host as it is compared: in lower case, without brackets and without the dot of a full name. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The address of Azure's own services looks public, and answers the machine alone. */
const machineServices = new Set(['168.63.129.16']);

function isPublic(address: Address): boolean {
  if (address.kind() === 'ipv4')
    return address.range() === 'unicast' && !machineServices.has(address.toString());
  const six = address as ipaddr.IPv6;
  const translated = six.match(wellKnownNat64) ? six.toByteArray().slice(12) : undefined;
  if (translated) return isPublic(ipaddr.fromByteArray(translated));
  // Only this part of the space is given to anybody; older ways to write IPv4 lie outside it.
  return six.range() === 'unicast' && six.match(globalUnicast);
}

const wellKnownNat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

function isWithin(address: Address, entry: string): boolean {
  if (ipaddr.isValid(entry)) return ipaddr.process(entry).toString() === address.toString();
  if (!ipaddr.isValidCIDR(entry)) return false;
  const [network, bits] = ipaddr.parseCIDR(entry);
  return network.kind() === address.kind() && address.match(network, bits);
}
