import { composedName, identityKey } from '../../contract/people/identityKey.ts';
import type { SignedIn } from './signedIn.ts';

/** How policies would name the person; another issuer may have the same subject for somebody else. */
export function nameOfAccount({
  name,
  subject,
  issuer,
}: Pick<SignedIn, 'name' | 'subject' | 'issuer'>): string {
  return name === undefined ? `account:${subject}@${issuer.replace(/^https?:\/\//, '')}` : composedName(name);
}

/** What an account shows: of an issuer never what people call themselves there, which may be the address of somebody else. */
export function labelOf({ kind, label }: SignedIn, name: string): string {
  return (kind === 'issuer' ? name : label)
    .slice(0, 128)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ');
}

/** The key of the name that an account gives a person by what it shows: its address, or `github:` and the login. */
export function keyOfAccount({ kind }: Pick<SignedIn, 'kind'>, shown: string): string {
  return identityKey(kind === 'issuer' ? shown : `github:${shown.replace(/^github:/i, '')}`);
}
