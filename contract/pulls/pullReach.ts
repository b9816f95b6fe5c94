import type { PullKey } from './pullLinks.ts';

/** How a server hears of pull requests. */
export interface PullReach {
  /** The host whose pull requests those are. */
  host: string;
  /** Whether it has a token to ask with. */
  asks: boolean;
  /** Whether it takes events. */
  hears: boolean;
}

/** The pull request of an approval, as far as one must know whether it is read. */
export interface AwaitedPull extends Pick<PullKey, 'host'> {
  /** Whether it is of the task's own repository, so that something may be done there. */
  isOwn: boolean;
  /** Whether the last look could not read it, so that nothing that only a look can tell is waited for. */
  isUnreadable: boolean;
}

/** Says whether the server reads a pull request itself, so that its head commit can be asked for. */
export function readsPull(pull: AwaitedPull | null, reach: PullReach | undefined): boolean {
  return pull !== null && !pull.isUnreadable && reach?.asks === true && pull.host === reach.host;
}

/** Says whether the author of a pull request will be known: the server reads it, or is told of it. */
export function waitsForAuthor(pull: AwaitedPull | null, reach: PullReach | undefined): boolean {
  const isReached = (reach?.asks || reach?.hears) === true && pull?.host === reach?.host;
  return pull !== null && !pull.isUnreadable && isReached;
}
