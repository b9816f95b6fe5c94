import type { PrincipalKind } from '../../contract/words/people.ts';
import type { Queryable } from '../../database/database.ts';
import { recordDecision } from '../audit/audit.ts';

/** A sign-in that was refused. */
interface RefusedSignIn {
  kind: Extract<PrincipalKind, 'issuer' | 'github'>;
  /** The issuer's address. */
  issuer: string;
  address?: string | undefined;
  /** Which account it was, where that is known. */
  account?: string;
}

/** Writes down that somebody was not let in, and why. Who that is nobody knows, so it is under no name. */
export async function recordRefusedSignIn(
  tx: Queryable,
  { kind, issuer, address, account }: RefusedSignIn,
  refusal: string,
): Promise<void> {
  const who = { viewer: 'anonymous', viewerKind: 'anonymous', proof: kind, address } as const;
  await recordDecision(tx, {
    note: account,
    action: 'sign_in',
    outcome: 'refused',
    refusal,
    via: 'page',
    subject: issuer.slice(0, 255),
    ...who,
  });
}
