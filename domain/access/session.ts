import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import { identityKey } from '../../contract/people/identityKey.ts';
import type { SessionClient, SessionListState } from '../../contract/words/people.ts';
import type { Proof } from '../../contract/words/viewers.ts';
import { col } from '../../database/statement.ts';
import type { Viewer } from '../input/viewer.ts';

/** A session as lists show it, without its token. Times are ISO 8601 strings in UTC. */
export interface Session {
  id: number;
  /** Who is signed in, as the record names them. */
  owner: string;
  client: SessionClient;
  proof: Proof;
  address: string | null;
  agent: string | null;
  createdAt: string;
  /** To the minute. */
  seenAt: string;
  /** When it ends by itself, if it is not used until then. */
  expiresAt: string;
  endedAt: string | null;
  endedBy: string | null;
  /** By the database's clock. */
  state: SessionListState;
}

/** Where sessions are read, with whose they are. */
export const sessionsWithOwner = `sessions LEFT JOIN api_keys ON api_keys.id = key_id
  LEFT JOIN people ON people.id = coalesce(sessions.person_id, api_keys.person_id)`;

const ownerKey = `coalesce(shared, people.identity_key, 'person:' || people.id, ascii_key('service:' || api_keys.name))`;
const owner = `coalesce(shared, people.label, 'person:' || people.id, 'service:' || api_keys.name)`;
const ownerKind = `CASE WHEN shared IS NOT NULL THEN 'shared' WHEN people.id IS NULL THEN 'service' ELSE 'person' END`;
const endsAt = `least(sessions.expires_at, seen_at + idle_ms * interval '1 millisecond')`;

/** The condition that a session has not ended. */
export const isOpen = `(ended_at IS NULL AND ${endsAt} > clock_timestamp())`;

/** The condition that a session belongs to whom two parameters name: the kind, or null for any, and the key of the name, or null for all. */
export function belongsTo(kind: number, name: number): string {
  return `($${kind}::text IS NULL OR ${ownerKind} = $${kind}) AND ($${name}::text IS NULL OR ${ownerKey} = $${name})`;
}

/** The select list that yields a `Session`. */
export const selectSession = `sessions.id, ${owner} AS owner, client, sessions.proof, address, agent,
  sessions.created_at AS "createdAt", seen_at AS "seenAt", ${endsAt} AS "expiresAt", ended_at AS "endedAt", ended_by AS "endedBy",
  CASE WHEN ended_at IS NOT NULL THEN 'ended' WHEN ${isOpen} THEN 'active' ELSE 'expired' END AS state`;

/** Its columns. */
export const sessionRow = {
  id: col.int,
  owner: col.text,
  client: col.word<SessionClient>(),
  proof: col.word<Proof>(),
  address: col.text.orNull,
  agent: col.text.orNull,
  createdAt: col.time,
  seenAt: col.time,
  expiresAt: col.time,
  endedAt: col.time.orNull,
  endedBy: col.text.orNull,
  state: col.word<SessionListState>(),
};

/** Whose sessions are meant. Without a name those of everybody. */
export interface SessionOwnerFilter {
  kind: 'person' | 'service' | 'shared' | null;
  /** As it is compared. */
  name: string | null;
}

/** The sessions of a viewer: those of its person, its service, or the key that it shares; undefined for who can have none. */
export function ownSessions({ kind, id }: Pick<Viewer, 'kind' | 'id'>): SessionOwnerFilter | undefined {
  if (kind !== 'person' && kind !== 'service' && kind !== 'shared') return undefined;
  return { kind, name: identityKey(id) };
}

/** Whose sessions are asked for, as an admin may name them. */
export const sessionsInput = z.object({ of: reference(300).nullish() });

/** The sessions of whom an admin names. */
export function sessionsOf(name: string): SessionOwnerFilter {
  return { kind: null, name: identityKey(name) };
}
