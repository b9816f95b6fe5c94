import { isDeepStrictEqual } from 'node:util';
import { isKeyText, sessionMark } from '../../contract/keyText.ts';
import { accessOf } from '../../domain/access/grants.ts';
import { type KeyFacts, readKeyFacts } from '../../domain/access/keyFacts.ts';
import {
  boundedByAdmins,
  noteSessionUses,
  readSessionFacts,
  type SessionFacts,
} from '../../domain/access/sessions.ts';
import { isSame, type Viewer } from '../../domain/input/viewer.ts';
import type { Store } from '../../domain/store.ts';
import { type KeyHolder, viewerOf, whyOver } from './keyHolder.ts';
import { type KnownFacts, type KnownFactsLimits, knowFacts } from './knownFacts.ts';

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
  /** Gives the viewer of a key that several share. */
  sharedViewer(shared: 'admin' | 'local'): Viewer | undefined;
  /** Whether nothing may be noted. @default false */
  readOnly?: boolean;
  onFault: (error: unknown) => void;
}

/** Knows the sessions that are in use. */
export function knowSessions(parts: KnownSessionsParts, limits: KnownFactsLimits = {}): KnownSessions {
  const { db, readOnly = false, onFault } = parts;
  return knowFacts<KnownSession, number>(
    {
      isText: (text) => isKeyText(text, sessionMark),
      read: (hashes) => readSessions(db, hashes),
      holderOf: (facts, ended) => holderOf(facts, ended, parts),
      hasSameRights: (one, other) => isDeepStrictEqual(rightsOf(one), rightsOf(other)),
      ...(readOnly ? {} : { useOf: ({ id }) => id }),
      noteUses: (ids) => noteSessionUses(db, ids),
      onFault,
    },
    limits,
  );
}

async function readSessions(db: Store['db'], hashes: readonly string[]): Promise<KnownSession[]> {
  const sessions = await readSessionFacts(db, hashes);
  const keys = sessions.map(({ keySha256 }) => keySha256).filter((hash) => hash !== null);
  const found = keys.length === 0 ? [] : await readKeyFacts(db, keys);
  return sessions.map((session) => ({
    ...session,
    key: found.find(({ sha256 }) => sha256 === session.keySha256) ?? null,
  }));
}

/** What its holder may do, and as whom. */
function rightsOf({ label, grants, groups }: KnownSession): unknown[] {
  return [label, grants, groups];
}

function holderOf(
  facts: KnownSession,
  ended: AbortSignal,
  { adminUsers, sharedViewer }: KnownSessionsParts,
): KeyHolder {
  const { id, client, provedAt, proof, shared, key } = facts;
  const session = { id, client, provedAt: provedAt === null ? undefined : Date.parse(provedAt) };
  if (key) return { viewer: { ...viewerOf(key, ended), session }, over: whyEnded(facts) ?? whyOver(key) };
  const owner = shared === null ? personOf(facts, adminUsers) : sharedViewer(shared);
  if (owner === undefined)
    return { viewer: nobody, over: 'The key that opened this session is gone. Sign in again.' };
  return { viewer: { ...owner, proof, session, ended }, over: whyEnded(facts) };
}

const nobody: Viewer = { id: 'anonymous', kind: 'anonymous', scopes: new Set(), identified: false };

function personOf(
  { person, principal, label, grants, groups }: KnownSession,
  adminUsers: readonly string[],
): Viewer {
  const id = label ?? `person:${person}`;
  const { scopes, bounds } = accessOf(grants);
  const isListed = adminUsers.length === 0 || adminUsers.some((one) => isSame(one, id));
  return {
    id,
    kind: 'person',
    identified: true,
    scopes: isListed ? scopes : new Set([...scopes].filter((scope) => !boundedByAdmins.includes(scope))),
    groups,
    bounds,
    person: person ?? undefined,
    principal: principal ?? undefined,
  };
}

function whyEnded({ state }: SessionFacts): string | undefined {
  if (state === 'ended') return 'You have signed out. Sign in again.';
  if (state === 'removed') return 'You were removed from this server. Ask an admin to let you in again.';
  return state === 'expired' ? 'Your session has expired. Sign in again.' : undefined;
}
