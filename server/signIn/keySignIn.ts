import type { FastifyRequest } from 'fastify';
import { hashOfKey } from '../../contract/keyText.ts';
import { type Quota, refusalHeaders } from '../../contract/quota.ts';
import { readKeyFacts } from '../../domain/access/keyFacts.ts';
import { recordDecision } from '../../domain/audit/audit.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import { type Credentials, credentialsOf } from '../access/credentials.ts';
import type { SignInRoutes } from './context.ts';
import type { ProvedSignIn } from './finishSignIn.ts';

/** Why a key signs nobody in, as it is answered. */
export interface KeyRefused {
  status: number;
  problem: string;
  headers?: Record<string, string>;
}

/**
 * Finds out whose session a key opens: that of the key's own principal. A wrong one counts as in a header.
 * @throws DatabaseUnavailableError
 */
export async function proveByKey(
  request: FastifyRequest,
  key: string,
  { store, access, wrongKeys }: SignInRoutes,
): Promise<ProvedSignIn | KeyRefused> {
  const credentials = withKeyAlone(credentialsOf(request.raw), key);
  await access.recognise(credentials);
  const viewer = access.authenticate(credentials);
  const sources = access.wrongKeySources(credentials);
  if (sources.length > 0)
    wrongKeys.note(sources, { address: access.addressOf(credentials), path: '/sign-in/key' });
  const { refusal, proof } = viewer;
  if (refusal?.reached) return tooMany(refusal.reached);
  const owner = await ownerOf(viewer, key, store.db);
  if (owner === undefined || proof === undefined) {
    // So many rows at most as wrong keys are answered; the key itself is no business of the record.
    await recordDecision(store.db, {
      action: 'sign_in',
      outcome: 'refused',
      refusal: refusedKey,
      viewer: 'anonymous',
      viewerKind: 'anonymous',
      via: 'page',
      address: access.addressOf(credentials),
    });
    return { status: 403, problem: refusal?.message ?? noKey };
  }
  // Whoever enters a key of their own proves at that moment who they are.
  const provedAt = viewer.kind === 'person' ? new Date() : undefined;
  return { owner, proof, viewer, provedAt };
}

const refusedKey = 'The key that was entered signs nobody in.';
const noKey = 'Only a key signs you in here: one of the server’s keys, or what `nightshift key` prints.';

/** Whose key it is; undefined for what is no key, such as the token of a workflow or of another session. */
async function ownerOf(
  { kind, id, proof, session }: Viewer,
  key: string,
  db: SignInRoutes['store']['db'],
): Promise<ProvedSignIn['owner'] | undefined> {
  if (session !== undefined) return undefined;
  if (kind === 'shared') return id === 'admin' || id === 'local' ? { shared: id } : undefined;
  const [facts] = proof === 'key' ? await readKeyFacts(db, [hashOfKey(key)]) : [];
  return facts === undefined ? undefined : { key: facts.id };
}

/** Whoever signs in by a key means that one, whatever else the request carries. */
function withKeyAlone({ headers, ...rest }: Credentials, key: string): Credentials {
  const { 'x-admin-key': _, ...others } = headers;
  return { ...rest, headers: { ...others, authorization: `Bearer ${key}` } };
}

function tooMany(quota: Quota): KeyRefused {
  return {
    status: 429,
    problem: `Too many wrong keys came from your network. Try again in ${quota.resetSeconds ?? 60} s.`,
    headers: refusalHeaders(quota),
  };
}
