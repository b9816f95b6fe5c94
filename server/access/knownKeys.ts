import { isDeepStrictEqual } from 'node:util';
import { isKeyText } from '../../contract/keyText.ts';
import { isClosed } from '../../domain/access/closed.ts';
import { type KeyFacts, type KeyUse, noteKeyUses, readKeyFacts } from '../../domain/access/keyFacts.ts';
import type { Store } from '../../domain/store.ts';
import { repeatedly } from '../repeatedly.ts';
import { rightsOfKey, viewerOf, whyOver } from './keyHolder.ts';
import { type KnownFacts, type KnownFactsLimits, knowFacts } from './knownFacts.ts';

/** What is known of keys, for requests. */
export interface KnownKeys extends KnownFacts<KeyFacts> {
  /** Whether every caller needs a key. */
  isClosed(): boolean;
  /** Aborted once every caller needs a key, which ends what others have open. */
  closing: AbortSignal;
}

/** What the keys are read from, and what else is to be known. */
export interface KnownKeysParts {
  db: Store['db'];
  /** Whether it is known already that every caller needs a key. */
  closed: boolean;
  /** Who alone may approve or be an admin, where people are listed. @default [] */
  adminUsers?: readonly string[] | undefined;
  /** After how many days without a sign-in a person's keys sleep. @default 30 */
  keySleepDays?: number | undefined;
  /** Called once when that has become known. */
  onClosed?: () => void;
  /** Whether nothing may be noted. @default false */
  readOnly?: boolean;
  onFault: (error: unknown) => void;
}

/** Knows the keys that are in use, and whether callers need one. */
export function knowKeys(parts: KnownKeysParts, limits: KnownFactsLimits = {}): KnownKeys {
  const { db, adminUsers, keySleepDays, readOnly = false, onFault } = parts;
  let closed = parts.closed;
  const closing = new AbortController();
  const keys = knowFacts<KeyFacts, KeyUse>(
    {
      isText: (text) => isKeyText(text),
      read: (hashes) => readKeyFacts(db, hashes, keySleepDays),
      holderOf: (facts, ended) => ({ viewer: viewerOf(facts, ended, adminUsers), over: whyOver(facts) }),
      hasSameRights: (one, other) =>
        whyOver(other) !== undefined ||
        (whyOver(one) === undefined && isDeepStrictEqual(rightsOfKey(one), rightsOfKey(other))),
      ...(readOnly ? {} : { useOf: ({ id }, address) => ({ id, address }) }),
      noteUses: (uses) => noteKeyUses(db, uses),
      onFault,
    },
    limits,
  );
  // Nobody else makes keys in the embedded database.
  const looks =
    db.kind === 'pglite' ? undefined : repeatedly(lookWhetherClosed, limits.staleAfterMs ?? 5000, onFault);

  return {
    ...keys,
    isClosed: () => closed,
    closing: closing.signal,
    async refresh() {
      // What has changed stands, whether or not it can be read now.
      await Promise.all([keys.refresh(), lookWhetherClosed()]).catch(onFault);
    },
    async stop() {
      await Promise.all([keys.stop(), looks?.stop()]);
    },
  };

  async function lookWhetherClosed(): Promise<void> {
    if (closed || !(await isClosed(db))) return;
    // Another look may have found it meanwhile.
    if (closed) return;
    closed = true;
    closing.abort();
    parts.onClosed?.();
  }
}
