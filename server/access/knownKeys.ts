import { hashOfKey, isKeyText } from '../../contract/keyText.ts';
import { DatabaseUnavailableError } from '../../database/errors.ts';
import { isClosed } from '../../domain/access/closed.ts';
import { type KeyFacts, type KeyUse, noteKeyUses, readKeyFacts } from '../../domain/access/keyFacts.ts';
import type { Store } from '../../domain/store.ts';
import { repeatedly } from '../repeatedly.ts';
import { type KeyHolder, viewerOf, whyOver } from './keyHolder.ts';

/** What is known of keys, for requests. */
export interface KnownKeys {
  /**
   * Looks up the keys of a request that are not known yet, or were read too long ago; undefined where none is. To be
   * awaited before `find`. @throws DatabaseUnavailableError
   */
  recognise(keys: readonly string[]): Promise<unknown> | undefined;
  /**
   * Finds the holder of a key that works, or why it does not; undefined for a key that nobody was given.
   * @throws DatabaseUnavailableError when what is known of it is too old to count
   */
  find(key: string, address?: string): KeyHolder | undefined;
  /** Whether every caller needs a key. */
  isClosed(): boolean;
  /** Aborted once every caller needs a key, which ends what others have open. */
  closing: AbortSignal;
  /** Reads all again at once, since something has changed. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** How often what is known of keys is read again, and how old it may be to count. */
export interface KnownKeysLimits {
  /** @default 2000 */
  everyMs?: number;
  /** @default 5000 */
  staleAfterMs?: number;
  /** After how long without a request a key that works no more is forgotten. @default 600000 */
  forgetAfterMs?: number;
}

interface Known extends KeyHolder {
  facts: KeyFacts;
  /** Ends what its holder has open. */
  end: AbortController;
  readAt: number;
  usedAt: number;
  /** When its use was last noted in the database. */
  notedAt: number;
}

/** What the keys are read from, and what else is to be known. */
export interface KnownKeysParts {
  db: Store['db'];
  /** Whether it is known already that every caller needs a key. */
  closed: boolean;
  /** Called once when that has become known. */
  onClosed?: () => void;
  /** Whether nothing may be noted. @default false */
  readOnly?: boolean;
  onFault: (error: unknown) => void;
}

/** So many keys are looked up with one statement. */
const maxLookup = 200;

/**
 * Knows the keys that are in use: each is read when it comes first, and all of them together again every two seconds, so
 * that a request costs no statement and a revoked key works nowhere after five.
 */
export function knowKeys(parts: KnownKeysParts, limits: KnownKeysLimits = {}): KnownKeys {
  const { db, readOnly = false, onFault } = parts;
  const { everyMs = 2000, staleAfterMs = 5000, forgetAfterMs = 600_000 } = limits;
  const known = new Map<string, Known>();
  const uses = new Map<number, KeyUse>();
  let closed = parts.closed;
  const closing = new AbortController();
  /** The next look, which begins when the one before has ended. */
  let lookup: { hashes: Set<string>; done: Promise<void> } | undefined;
  let lastLook: Promise<unknown> = Promise.resolve();

  const refreshes = repeatedly(refresh, everyMs, onFault);
  // Nobody else makes keys in the embedded database.
  const looks = db.kind === 'pglite' ? undefined : repeatedly(lookWhetherClosed, staleAfterMs, onFault);

  return {
    recognise(keys) {
      const hashes = keys.filter(isKeyText).map(hashOfKey).filter(isUnknown);
      if (hashes.length === 0) return undefined;
      return Promise.all(hashes.map(lookUp));
    },
    find(key, address) {
      if (!isKeyText(key)) return undefined;
      const one = known.get(hashOfKey(key));
      if (one === undefined) return undefined;
      if (isStale(one))
        throw new DatabaseUnavailableError('The database does not say in time whether a key still works.');
      use(one, address);
      return one;
    },
    isClosed: () => closed,
    closing: closing.signal,
    async refresh() {
      // What has changed stands, whether or not it can be read now.
      await Promise.all([refresh(), lookWhetherClosed()]).catch(onFault);
    },
    async stop() {
      await Promise.all([refreshes.stop(), looks?.stop()]);
      await noteUses().catch(onFault);
    },
  };

  function isUnknown(hash: string): boolean {
    const one = known.get(hash);
    // What would be too old a moment later is read now.
    return one === undefined || isStale(one, staleAfterMs / 5);
  }

  function isStale({ readAt }: Known, soonMs = 0): boolean {
    return performance.now() - readAt > staleAfterMs - soonMs;
  }

  function use(one: Known, address: string | undefined): void {
    one.usedAt = performance.now();
    if (one.over !== undefined || one.usedAt - one.notedAt < 60_000) return;
    one.notedAt = one.usedAt;
    if (!readOnly) uses.set(one.facts.id, { id: one.facts.id, address });
  }

  /** Keys that come while a look is under way are looked up together after it: whoever sends many costs few statements. */
  function lookUp(hash: string): Promise<void> {
    if (lookup === undefined || lookup.hashes.size >= maxLookup) {
      const hashes = new Set<string>();
      const mine: typeof lookup = {
        hashes,
        done: lastLook.then(() => {
          if (lookup === mine) lookup = undefined;
          return read([...hashes]);
        }),
      };
      lookup = mine;
      lastLook = mine.done.catch(() => undefined);
    }
    lookup.hashes.add(hash);
    return lookup.done;
  }

  async function read(hashes: readonly string[]): Promise<void> {
    const began = performance.now();
    const found = new Map((await readKeyFacts(db, hashes)).map((facts) => [facts.sha256, facts]));
    for (const hash of hashes) {
      const facts = found.get(hash);
      if (facts === undefined) forget(hash);
      else keep(facts, began);
    }
  }

  function keep(facts: KeyFacts, readAt: number): void {
    const before = known.get(facts.sha256);
    // What was read earlier may come later.
    if (before !== undefined && before.readAt > readAt) return;
    const end = before?.end ?? new AbortController();
    const over = whyOver(facts);
    const never = Number.NEGATIVE_INFINITY;
    known.set(facts.sha256, {
      facts,
      end,
      over,
      viewer: before?.viewer ?? viewerOf(facts, end.signal),
      readAt,
      usedAt: before?.usedAt ?? readAt,
      notedAt: before?.notedAt ?? never,
    });
    if (over !== undefined) end.abort(new Error(over));
  }

  function forget(hash: string): void {
    known.get(hash)?.end.abort();
    known.delete(hash);
  }

  async function refresh(): Promise<void> {
    const began = performance.now();
    for (const [hash, { over, usedAt }] of known)
      if (over !== undefined && began - usedAt > forgetAfterMs) known.delete(hash);
    if (known.size > 0) await read([...known.keys()]);
    await noteUses();
  }

  async function lookWhetherClosed(): Promise<void> {
    if (closed || !(await isClosed(db))) return;
    // Another look may have found it meanwhile.
    if (closed) return;
    closed = true;
    closing.abort();
    parts.onClosed?.();
  }

  async function noteUses(): Promise<void> {
    if (uses.size === 0) return;
    const noted = [...uses.values()];
    uses.clear();
    try {
      await noteKeyUses(db, noted);
    } catch (error) {
      for (const use of noted) if (!uses.has(use.id)) uses.set(use.id, use);
      throw error;
    }
  }
}
