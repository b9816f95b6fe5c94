import { hashOfKey, makeKeyText } from '../../contract/keyText.ts';
import type { PrincipalKind } from '../../contract/words/people.ts';
import { col, statement } from '../../database/statement.ts';
import type { Store } from '../store.ts';

/** How long somebody has to sign in, in milliseconds. */
export const signInMs = 600_000;

/** What a sign-in is begun with. */
export interface SignInStart {
  kind: Extract<PrincipalKind, 'issuer' | 'github'>;
  state: string;
  nonce?: string | undefined;
  /** The secret of PKCE. */
  verifier?: string | undefined;
  /** Where the user wanted to go. */
  returnTo: string;
  /** Whether they must prove anew who they are. @default false */
  fresh?: boolean;
}

/** A sign-in as it was begun. */
export interface BegunSignIn {
  nonce: string | null;
  verifier: string | null;
  returnTo: string;
  fresh: boolean;
  /** How long ago that was. */
  ageMs: number;
  isExpired: boolean;
}

/** Notes that a sign-in begins; gives the secret that only the browser of it is told. */
export async function beginSignIn({ db }: Pick<Store, 'db'>, start: SignInStart): Promise<string> {
  const { kind, state, nonce = null, verifier = null, returnTo, fresh = false } = start;
  const secret = makeKeyText();
  await db.query(insertSignIn(hashOfKey(secret), kind, state, nonce, verifier, returnTo, fresh, signInMs));
  return secret;
}

/** Takes the sign-in that the browser with this secret began, once; undefined where there is none of this state. */
export async function takeSignIn(
  { db }: Pick<Store, 'db'>,
  { kind, secret, state }: { kind: SignInStart['kind']; secret: string; state: string },
): Promise<BegunSignIn | undefined> {
  const [row] = await db.query(takeSignInSql(hashOfKey(secret), kind, state, signInMs));
  return row;
}

// Those that nobody came back from are deleted by whoever comes next.
const insertSignIn = statement({
  name: 'insert_sign_in',
  text: `WITH gone AS (DELETE FROM sign_ins WHERE sha256 IN (SELECT sha256 FROM sign_ins
      WHERE expires_at < clock_timestamp() - interval '1 hour' ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED))
    INSERT INTO sign_ins (sha256, kind, state, nonce, verifier, return_to, fresh, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + $8::float8 * interval '1 millisecond')`,
});

const takeSignInSql = statement({
  name: 'take_sign_in',
  text: `DELETE FROM sign_ins WHERE sha256 = $1 AND kind = $2 AND state = $3
    RETURNING nonce, verifier, return_to AS "returnTo", fresh, expires_at <= clock_timestamp() AS "isExpired",
      greatest($4::float8 - 1000 * extract(epoch FROM expires_at - clock_timestamp()), 0)::float8 AS "ageMs"`,
  row: {
    nonce: col.text.orNull,
    verifier: col.text.orNull,
    returnTo: col.text,
    fresh: col.bool,
    isExpired: col.bool,
    ageMs: col.float,
  },
});
