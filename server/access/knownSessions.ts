import { isDeepStrictEqual } from 'node:util';
import { isKeyText, sessionMark } from '../../contract/keyText.ts';
import { type KeyFacts, readKeyFacts } from '../../domain/access/keyFacts.ts';
import { noteSessionUses, readSessionFacts, type SessionFacts } from '../../domain/access/sessionFacts.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Store } from '../../domain/store.ts';
import { type KeyHolder, rightsOfKey, viewerOf, whyOver } from './keyHolder.ts';
import { type KnownFacts, type KnownFactsLimits, knowFacts } from './knownFacts.ts';
import { viewerOfPerson } from './knownPerson.ts';

/** What a session is, with the key that it was opened with. */
export interface KnownSession extends SessionFacts {
  key: KeyFacts | null;
}

/** What is known of sessions, for requests. */
export type KnownSessions = KnownFacts<KnownSession>;

/** What sessions are judged with. */
export interface KnownSessionsParts {
  db: Store['db'];
  /** Who alone may approve or be an admin, where people are listed. */
  adminUsers: readonly string[];
  /** After how many days without a sign-in a person's keys sleep. @default 30 */
  keySleepDays?: number | undefined;
  /** Gives the viewer of a key that several share. */
  sharedViewer(shared: 'admin' | 'local'): Viewer | undefined;
  /** Whether nothing may be noted. @default false */
  readOnly?: boolean;
  onFault: (error: unknown) => void;
}

/** Knows the sessions that are in use. */
export function knowSessions(parts: KnownSessionsParts, limits: KnownFactsLimits = {}): KnownSessions {
  const { db, keySleepDays, readOnly = false, onFault } = parts;
  return knowFacts<KnownSession, number>(
    {
      isText: (text) => isKeyText(text, sessionMark),
      read: (hashes) => readSessions(db, hashes, keySleepDays),
      holderOf: (facts, ended) => holderOf(facts, ended, parts),
      hasSameRights: (one, other) =>
        whyOverOf(other) !== undefined ||
        (whyOverOf(one) === undefined && isDeepStrictEqual(rightsOf(one), rightsOf(other))),
      ...(readOnly ? {} : { useOf: ({ id }) => id }),
      noteUses: (ids) => noteSessionUses(db, ids),
      onFault,
    },
    limits,
  );
}

async function readSessions(
  db: Store['db'],
  hashes: readonly string[],
  keySleepDays: number | undefined,
): Promise<KnownSession[]> {
  const sessions = await readSessionFacts(db, hashes);
  const keys = sessions.map(({ keySha256 }) => keySha256).filter((hash) => hash !== null);
  const found = keys.length === 0 ? [] : await readKeyFacts(db, keys, keySleepDays);
  return sessions.map((session) => ({
    ...session,
    key: found.find(({ sha256 }) => sha256 === session.keySha256) ?? null,
  }));
}

/** What its holder may do, and as whom. */
function rightsOf({ label, also, grants, groups, key }: KnownSession): unknown[] {
  return [label, also, grants, groups, key && rightsOfKey(key)];
}

function holderOf(
  facts: KnownSession,
  ended: AbortSignal,
  { adminUsers, sharedViewer }: KnownSessionsParts,
): KeyHolder {
  const { id, client, provedAt, proof, shared, key } = facts;
  const session = { id, client, provedAt: provedAt === null ? undefined : Date.parse(provedAt) };
  if (key) return { viewer: { ...viewerOf(key, ended, adminUsers), session }, over: whyOverOf(facts) };
  const owner = shared === null ? viewerOfPerson(facts, adminUsers) : sharedViewer(shared);
  if (owner === undefined)
    return { viewer: nobody, over: 'The key that opened this session is gone. Sign in again.' };
  return { viewer: { ...owner, proof, session, ended }, over: whyOverOf(facts) };
}

const nobody: Viewer = { id: 'anonymous', kind: 'anonymous', scopes: new Set(), identified: false };

/** Says why a session works no more, or the key that it was opened with. */
function whyOverOf(facts: KnownSession): string | undefined {
  return whyEnded(facts) ?? (facts.key === null ? undefined : whyOver(facts.key));
}

function whyEnded({ state }: SessionFacts): string | undefined {
  if (state === 'ended')
    return 'Your sign-in has ended: you have signed out, or an admin ended it. Sign in again.';
  if (state === 'removed') return 'You were removed from this server. Ask an admin to let you in again.';
  return state === 'expired' ? 'Your session has expired. Sign in again.' : undefined;
}
