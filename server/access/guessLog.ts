import { networkOf } from '../../domain/input/network.ts';
import type { Logger } from '../log.ts';

/** Milliseconds between two lines about one network, and how many networks are remembered. */
const everyMs = 60_000;
const maxNetworks = 1000;

/** Makes what logs where wrong keys come from: of each network once a minute, with how many there were since. */
export function guessLog(log: Pick<Logger, 'warn'>): (address: string | undefined, path: string) => void {
  /** The one that was quiet for longest stands first. */
  const networks = new Map<string, { loggedAt: number; unlogged: number }>();
  return (address, path) => {
    const network = networkOf(address);
    const record = networks.get(network) ?? { loggedAt: Number.NEGATIVE_INFINITY, unlogged: 0 };
    networks.delete(network);
    if (networks.size >= maxNetworks) networks.delete(networks.keys().next().value ?? '');
    networks.set(network, record);
    const now = performance.now();
    record.unlogged += 1;
    if (now - record.loggedAt < everyMs) return;
    log.warn({ from: address, path, count: record.unlogged }, 'A request had a wrong key');
    record.loggedAt = now;
    record.unlogged = 0;
  };
}
