import { hashOfKey, isKeyText, makeKeyText, sessionMark } from '../../contract/keyText.ts';
import { challengeOf } from '../../contract/pkce.ts';
import type { Proof } from '../../contract/words/viewers.ts';
import { col, statement } from '../../database/statement.ts';
import { SignInRefusedError } from '../input/errors.ts';
import type { Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { openSession, type SessionOwner } from './sessions.ts';

/** For how long a command line may take to fetch its token, in milliseconds. */
const codeMs = 120_000;

/**
 * Makes the code by which one command line gets a session of whoever is signed in in this browser. Only whoever knows the
 * verifier of the challenge can use it, once, within two minutes.
 * @throws SignInRefusedError where this is no session of a browser: a command line lets in no other; nor of the machine's
 * key, which counts on its own computer alone, where commands find it by themselves
 */
export async function makeCliCode(
  { db }: Pick<Store, 'db'>,
  { session, kind, id }: Viewer,
  challenge: string,
): Promise<string> {
  if (session?.client !== 'browser')
    throw new SignInRefusedError('You are not signed in in this browser. Sign in here, then try again.');
  if (kind === 'shared' && id === 'local')
    throw new SignInRefusedError(
      'You entered with the machine’s key, which commands on this computer find by themselves.',
    );
  const code = makeKeyText(sessionMark);
  await db.query(insertCode(hashOfKey(code), challenge, session.id, codeMs));
  return code;
}

const insertCode = statement({
  name: 'insert_cli_code',
  text: `WITH gone AS (DELETE FROM sign_in_codes WHERE expires_at <= clock_timestamp())
    INSERT INTO sign_in_codes (sha256, kind, challenge, session_id, expires_at)
    VALUES ($1, 'cli', $2, $3, clock_timestamp() + $4::float8 * interval '1 millisecond')`,
});

/** What a command line brings to get its token. */
export interface CliCode {
  code: string;
  /** Whose hash the code was made for. */
  verifier: string;
  address?: string | undefined;
  /** The command line, as it names itself. */
  agent?: string | undefined;
}

/** The session of a command line, and whose it is. */
export interface CliSession {
  token: string;
  viewer: string;
  expiresAt: string;
}

/**
 * Signs a command line in by its code, which is used up whether or not the verifier is right. The session ends when that
 * of the browser would have at the latest, since what an issuer changes counts from the next sign-in.
 * @throws SignInRefusedError
 */
export async function redeemCliCode({ db }: Pick<Store, 'db'>, given: CliCode): Promise<CliSession> {
  const { code, verifier, address, agent } = given;
  const [taken] = isKeyText(code, sessionMark) ? await db.query(takeCode(hashOfKey(code))) : [];
  if (taken === undefined) throw new SignInRefusedError(codeGone);
  if (taken.challenge !== challengeOf(verifier)) throw new SignInRefusedError(codeOfAnother);
  const [parent] = taken.session === null ? [] : await db.query(readParent(taken.session));
  const owner = parent && ownerOf(parent);
  if (parent === undefined || owner === undefined) throw new SignInRefusedError(browserGone);
  const { id, kind, person, proof, expiresAt } = parent;
  const viewer = { id, kind, person: person ?? undefined };
  const { token } = await openSession(
    { db },
    { owner, client: 'cli', proof, viewer, address, agent, notAfter: new Date(expiresAt), via: 'cli' },
  );
  return { token, viewer: id, expiresAt };
}

const again = 'Run "nightshift login" again.';
const codeGone = `This sign-in was used already, or took longer than two minutes. ${again}`;
const codeOfAnother = `This sign-in belongs to another command line. ${again}`;
const browserGone = `You have signed out in the browser meanwhile. ${again}`;

/** Of requests at the same time one deletes the row, and gets it. */
const takeCode = statement({
  name: 'take_cli_code',
  text: `DELETE FROM sign_in_codes WHERE sha256 = $1 AND kind = 'cli' AND expires_at > clock_timestamp()
    RETURNING challenge, session_id AS session`,
  row: { challenge: col.text.orNull, session: col.int.orNull },
});

/** The session of the browser that let a command line in. */
interface Parent {
  id: string;
  kind: 'person' | 'service' | 'shared';
  proof: Proof;
  person: number | null;
  principal: number | null;
  key: number | null;
  shared: 'admin' | 'local' | null;
  expiresAt: string;
}

function ownerOf({ person, principal, key, shared }: Parent): SessionOwner | undefined {
  if (person !== null) return { person, principal: principal ?? undefined };
  if (key !== null) return { key };
  return shared === null ? undefined : { shared };
}

const readParent = statement({
  name: 'read_browser_session',
  text: `SELECT coalesce(shared, people.label, owners.label, 'service:' || api_keys.name, '') AS id, sessions.proof,
      CASE WHEN shared IS NOT NULL THEN 'shared' WHEN coalesce(sessions.person_id, api_keys.person_id) IS NOT NULL THEN 'person'
        ELSE 'service' END AS kind,
      sessions.person_id AS person, sessions.principal_id AS principal, key_id AS key, shared, sessions.expires_at AS "expiresAt"
    FROM sessions LEFT JOIN people ON people.id = sessions.person_id LEFT JOIN api_keys ON api_keys.id = key_id
      LEFT JOIN people owners ON owners.id = api_keys.person_id
    WHERE sessions.id = $1 AND client = 'browser' AND ended_at IS NULL AND sessions.expires_at > clock_timestamp()`,
  row: {
    id: col.text,
    kind: col.word<Parent['kind']>(),
    proof: col.word<Proof>(),
    person: col.int.orNull,
    principal: col.int.orNull,
    key: col.int.orNull,
    shared: col.word<'admin' | 'local' | null>().orNull,
    expiresAt: col.time,
  },
});
