import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import type { Quota } from '../../contract/quota.ts';
import type { SessionClient } from '../../contract/words/people.ts';
import type { Proof, Scope, ViewerKind } from '../../contract/words/viewers.ts';
import { networkOf } from './network.ts';

/** The authenticated caller. */
export interface Viewer {
  /** The identity that decisions record, e.g. `local`, `admin` or an email address. */
  id: string;
  kind: ViewerKind;
  scopes: ReadonlySet<Scope>;
  /** False when the caller proved no identity of its own: a holder of the machine's key, or somebody without any. */
  identified: boolean;
  /** By what it proved that. @default not known */
  proof?: Proof;
  /** The groups that it belongs to, as policies of approvals name them. */
  groups?: readonly string[];
  /** The number of the person, where one stands behind it whom the server knows. */
  person?: number | undefined;
  /** Which of that person's accounts or addresses has proved who it is. */
  principal?: number | undefined;
  /** The session that its request belongs to; none of a request that brings a key or is signed in by the proxy. */
  session?: ViewerSession | undefined;
  /** The number of the key of its own that it proves itself by, or that its session was opened with. */
  key?: number | undefined;
  /** What it may change at most, within its scopes. @default whatever its scopes allow */
  bounds?: Bounds | undefined;
  /** What it may change at most with each scope, where roles say so, in place of `bounds`. @default as `bounds` says */
  boundsBy?: ReadonlyMap<Scope, Bounds> | undefined;
  /** Where its request came from, for the record. */
  address?: string | undefined;
  /** Aborted when what it proved itself by works no more, which ends what it has open. */
  ended?: AbortSignal;
  /** What it hears where a scope is missing: it sent no key, or one that does not count, or the proxy named it as no admin. */
  refusal?: Refusal | undefined;
}

/** Somebody's being signed in. */
export interface ViewerSession {
  id: number;
  client: SessionClient;
  /** When its person proved who they are, in milliseconds since the epoch; undefined where the issuer cannot say. */
  provedAt: number | undefined;
}

/**
 * What somebody may change; reading is not bounded. A list that is left out sets no bound, an empty one allows nothing. A
 * name in `plans` or `tasks` that ends in `*` stands for all names that begin so; every other name is meant exactly.
 */
export interface Bounds {
  /** The projects whose plans it may change. */
  projects?: readonly string[] | undefined;
  /** The plans that it may change, by their names without the project. */
  plans?: readonly string[] | undefined;
  /** The labels that it may have as a worker. */
  labels?: readonly string[] | undefined;
  /** The tasks that it may report from outside the engine, by their names. */
  tasks?: readonly string[] | undefined;
  /** Whether they come from roles, so that no key is to blame. @default false */
  areOfRoles?: boolean;
  /** Other bounds that bound it as well: only what lies within both may change. */
  and?: Bounds | undefined;
}

/** Why a caller has no identity, or few scopes, and what it can do about that. */
export interface Refusal {
  kind: 'noKey' | 'wrongKey' | 'noAdmin';
  message: string;
  /** The limit of wrong keys that has been reached where this one comes from. */
  reached?: Quota;
}

/** Whoever decides, as policies judge and as the record keeps it. */
export interface Decider
  extends Pick<
    Viewer,
    | 'id'
    | 'kind'
    | 'groups'
    | 'bounds'
    | 'boundsBy'
    | 'address'
    | 'proof'
    | 'person'
    | 'principal'
    | 'session'
  > {
  /** Whether the person was removed here, and comes by an account elsewhere. @default false */
  wasRemoved?: boolean;
  /** The other names of the same person. */
  also?: readonly string[];
  /** Those who made it a delegate, and could decide themselves. */
  mayActFor?: readonly SamePerson[];
}

/** A person by all its names, as policies judge it. */
export type SamePerson = Pick<Decider, 'id' | 'groups' | 'also'>;

/**
 * Names whose requests and streams are counted together: those of somebody known, wherever they come from; of a key that
 * several share, and of those who prove nothing, those of one network.
 */
export function callerKey({ id, kind, address }: Pick<Viewer, 'id' | 'kind' | 'address'>): string {
  const isKnown = kind !== 'shared' && kind !== 'anonymous';
  return JSON.stringify([kind, identityKey(id), ...(isKnown ? [] : [networkOf(address)])]);
}

/** Who acts where nobody does: the engine, the sweep, the schedule. */
export const system: Viewer = {
  id: 'nightshift',
  kind: 'system',
  scopes: new Set(),
  identified: true,
  proof: 'server',
};

/** Identities that stand for no person, so that no login or address may be mapped to them. */
export const reservedIds: readonly string[] = ['admin', 'local', 'anonymous', system.id];

/** Says whether a viewer may do what a scope covers. */
export function mayDo(viewer: Pick<Viewer, 'scopes'>, scope: Scope): boolean {
  return viewer.scopes.has(scope) || viewer.scopes.has('admin');
}

/**
 * What somebody may change at most with a scope; undefined where nothing bounds it. Whoever lacks the scope is here as a
 * worker, by the scope `work`, which then says it.
 */
export function boundsFor(
  { scopes, bounds, boundsBy }: Pick<Viewer, 'bounds' | 'boundsBy'> & Partial<Pick<Viewer, 'scopes'>>,
  scope: Scope,
): Bounds | undefined {
  if (boundsBy === undefined) return bounds;
  const isWorking = scopes !== undefined && !mayDo({ scopes }, scope) && mayDo({ scopes }, 'work');
  return boundsBy.get(isWorking ? 'work' : scope);
}

/** Says whether a name is one of a person's. */
export function isOf({ id, also = [] }: Pick<SamePerson, 'id' | 'also'>, name: string): boolean {
  return isSame(id, name) || also.some((one) => isSame(one, name));
}
