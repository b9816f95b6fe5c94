import { hashOfKey } from '../../contract/keyText.ts';
import { identityKey } from '../../contract/people/identityKey.ts';
import { readDirectory, type Whose } from '../../domain/audit/directory.ts';
import type { Store } from '../../domain/store.ts';
import { type KnownFacts, type KnownFactsLimits, knowFacts } from './knownFacts.ts';

/** What is known of a user of the proxy. */
interface UserFacts {
  sha256: string;
  /** The person whose address it is; undefined of somebody whom nobody has named yet. */
  whose: Whose | undefined;
}

/** Whom the users of the proxy are, for requests. */
export interface KnownProxyUsers extends Pick<KnownFacts<UserFacts>, 'refresh' | 'stop'> {
  /** Looks an address up that is not known yet, to be awaited before `find`. @throws DatabaseUnavailableError */
  recognise(address: string): Promise<unknown> | undefined;
  /** Says whose an address is; `ended` is aborted when that changes, and when the person is removed. @throws DatabaseUnavailableError */
  find(address: string): { whose: Whose | undefined; ended: AbortSignal } | undefined;
}

/** What somebody hears who was removed. */
export const removed = 'You were removed from this server. Ask an admin to let you in again.';

/** Knows the users of the proxy that are in use: the proxy says who comes, the people of this server who that is. */
export function knowProxyUsers(
  db: Store['db'],
  onFault: (error: unknown) => void,
  limits: KnownFactsLimits = {},
): KnownProxyUsers {
  /** What was asked for by the hashes that stand for it. */
  const addresses = new Map<string, string>();
  const known = knowFacts<UserFacts, never>(
    {
      isText: () => true,
      async read(hashes) {
        const names = hashes.map((hash) => addresses.get(hash) ?? '');
        const directory = await readDirectory(db, names);
        return hashes.map((sha256, place) => ({ sha256, whose: directory.get(names[place] ?? '') }));
      },
      holderOf: ({ whose }, ended) => ({
        viewer: { id: '', kind: 'anonymous', scopes: new Set(), identified: false, ended },
        over: whose?.isGone ? removed : undefined,
      }),
      hasSameRights: ({ whose: before }, { whose: now }) =>
        // Who did something for the first time has a number since then, and nothing else is new.
        before === undefined
          ? now?.principal == null
          : before.person === now?.person && before.label === now.label,
      onFault,
    },
    limits,
  );
  return {
    recognise(address) {
      const key = identityKey(address);
      addresses.set(hashOfKey(key), key);
      return known.recognise([key]);
    },
    find(address) {
      const found = known.find(identityKey(address));
      return found && { whose: found.facts.whose, ended: found.viewer.ended ?? new AbortController().signal };
    },
    refresh: known.refresh,
    stop: known.stop,
  };
}
