import { setTimeout as wait } from 'node:timers/promises';
import { hashOfKey } from '../../contract/keyText.ts';
import { DatabaseUnavailableError } from '../../database/errors.ts';
import { repeatedly } from '../repeatedly.ts';
import type { KeyHolder } from './keyHolder.ts';

/** How often what is known of credentials is read again, and how old it may be to count. */
export interface KnownFactsLimits {
  /** @default 2000 */
  everyMs?: number;
  /** @default 5000 */
  staleAfterMs?: number;
  /** How often at most those are looked up that come from where too many wrong ones did. @default 500 */
  suspectEveryMs?: number;
  /** After how long without a request what works no more is forgotten. @default 600000 */
  forgetAfterMs?: number;
}

/** One kind of credentials that the database knows by their SHA-256. */
export interface FactsKind<Facts extends { sha256: string }, Use> {
  /** Says whether a text could be one; what could not costs no look. */
  isText(text: string): boolean;
  /** Reads what is known of them, with one statement. */
  read(hashes: readonly string[]): Promise<Facts[]>;
  /** Says who holds it, and why it works no more; `ended` is aborted when it does, or when its rights have changed. */
  holderOf(facts: Facts, ended: AbortSignal): KeyHolder;
  /** Says whether its holder may do the same with both. @default always */
  hasSameRights?(one: Facts, other: Facts): boolean;
  /** What is noted of a use, at most once a minute; without it none is. */
  useOf?(facts: Facts, address: string | undefined): Use;
  noteUses?(uses: readonly Use[]): Promise<void>;
  onFault(error: unknown): void;
}

/** What is known of one kind of credentials, for requests. */
export interface KnownFacts<Facts> {
  /**
   * Looks up those that are not known yet, or were read too long ago; undefined where none is. To be awaited before
   * `find`. Those that are suspect wait for each other, and share one statement. @throws DatabaseUnavailableError
   */
  recognise(texts: readonly string[], isSuspect?: () => boolean): Promise<unknown> | undefined;
  /**
   * Finds the holder of one that works, or why it does not; undefined for what nobody was given.
   * @throws DatabaseUnavailableError when what is known of it is too old to count
   */
  find(text: string, address?: string): (KeyHolder & { facts: Facts }) | undefined;
  /** Reads all again. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

interface Known<Facts> extends KeyHolder {
  facts: Facts;
  /** Ends what its holder has open. */
  end: AbortController;
  readAt: number;
  usedAt: number;
  /** When its use was last noted in the database. */
  notedAt: number;
}

/** So many are looked up with one statement. */
const maxLookup = 200;

/**
 * Knows the credentials that are in use: each is read when it comes first, and all of them together again every two
 * seconds, so that a request costs no statement and what was revoked works nowhere after five.
 */
export function knowFacts<Facts extends { sha256: string }, Use>(
  kind: FactsKind<Facts, Use>,
  limits: KnownFactsLimits = {},
): KnownFacts<Facts> {
  const { everyMs = 2000, staleAfterMs = 5000, suspectEveryMs = 500, forgetAfterMs = 600_000 } = limits;
  const known = new Map<string, Known<Facts>>();
  const uses = new Map<string, Use>();
  /** The next look, which begins when the one before has ended. */
  let lookup: { hashes: Set<string>; done: Promise<void> } | undefined;
  let lastLook: Promise<unknown> = Promise.resolve();
  /** Those that wait for the next look at what is suspect, and when the last one was. */
  let suspects: { hashes: Set<string>; done: Promise<void> } | undefined;
  let suspectsAt = Number.NEGATIVE_INFINITY;
  const refreshes = repeatedly(refresh, everyMs, kind.onFault);

  return {
    recognise(texts, isSuspect) {
      const hashes = texts.filter(kind.isText).map(hashOfKey).filter(isUnknown);
      if (hashes.length === 0) return undefined;
      return Promise.all(hashes.map(isSuspect?.() ? lookUpLater : lookUp));
    },
    find(text, address) {
      if (!kind.isText(text)) return undefined;
      const one = known.get(hashOfKey(text));
      if (one === undefined) return undefined;
      if (isStale(one))
        throw new DatabaseUnavailableError('The database does not say in time whether a key still works.');
      use(one, address);
      return one;
    },
    refresh,
    async stop() {
      await refreshes.stop();
      await noteUses().catch(kind.onFault);
    },
  };

  function isUnknown(hash: string): boolean {
    const one = known.get(hash);
    // What would be too old a moment later is read now.
    return one === undefined || isStale(one, staleAfterMs / 5);
  }

  function isStale({ readAt }: Known<Facts>, soonMs = 0): boolean {
    return performance.now() - readAt > staleAfterMs - soonMs;
  }

  function use(one: Known<Facts>, address: string | undefined): void {
    one.usedAt = performance.now();
    if (one.over !== undefined || one.usedAt - one.notedAt < 60_000) return;
    one.notedAt = one.usedAt;
    if (kind.useOf) uses.set(one.facts.sha256, kind.useOf(one.facts, address));
  }

  /** Those that come while a look is under way are looked up together after it: whoever sends many costs few statements. */
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

  /** However many come at the same time: no more than there are connections. */
  function lookUpLater(hash: string): Promise<void> {
    if (suspects === undefined) {
      const hashes = new Set<string>();
      const pauseMs = Math.max(0, suspectsAt + suspectEveryMs - performance.now());
      const done = wait(pauseMs, undefined, { ref: false }).then(() => {
        suspects = undefined;
        suspectsAt = performance.now();
        return read([...hashes]);
      });
      suspects = { hashes, done };
    }
    suspects.hashes.add(hash);
    return suspects.done;
  }

  async function read(hashes: readonly string[]): Promise<void> {
    const began = performance.now();
    const found = new Map((await kind.read(hashes)).map((facts) => [facts.sha256, facts]));
    for (const hash of hashes) {
      const facts = found.get(hash);
      if (facts === undefined) forget(hash);
      else keep(facts, began);
    }
  }

  function keep(facts: Facts, readAt: number): void {
    const before = known.get(facts.sha256);
    // What was read earlier may come later.
    if (before !== undefined && before.readAt > readAt) return;
    const isSame = before === undefined || (kind.hasSameRights?.(before.facts, facts) ?? true);
    const end = before !== undefined && isSame ? before.end : new AbortController();
    const { viewer, over } = kind.holderOf(facts, end.signal);
    const never = Number.NEGATIVE_INFINITY;
    known.set(facts.sha256, {
      facts,
      end,
      over,
      // Whoever compares viewers finds the same one while nothing changes.
      viewer: before !== undefined && isSame ? before.viewer : viewer,
      readAt,
      usedAt: before?.usedAt ?? readAt,
      notedAt: before?.notedAt ?? never,
    });
    if (!isSame) before?.end.abort(new Error('What you may do here has changed. Try again.'));
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

  async function noteUses(): Promise<void> {
    if (uses.size === 0 || kind.noteUses === undefined) return;
    const noted = [...uses];
    uses.clear();
    try {
      await kind.noteUses(noted.map(([, one]) => one));
    } catch (error) {
      for (const [hash, one] of noted) if (!uses.has(hash)) uses.set(hash, one);
      throw error;
    }
  }
}
