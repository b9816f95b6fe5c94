import * as z from 'zod';
import { composedName, identityKey } from '../../contract/people/identityKey.ts';
import { isPlain } from '../../contract/text/plainText.ts';
import { roles } from '../../contract/words/people.ts';
import type { Scope } from '../../contract/words/viewers.ts';
import { readGrant, writeGrant } from '../../domain/access/grants.ts';

/** To whom of an issuer a rule gives a role. */
export type IssuerRule = {
  /** The role, as it is stored: `approver`, or `approver@site` for one project. */
  grant: string;
} & (
  | { of: 'everybody' }
  /** A group of the claim, exactly as the issuer writes it. */
  | { of: 'group'; group: string }
  /** Whoever has this verified address, in lower case. */
  | { of: 'address'; address: string }
  /** Whoever has a verified address of this domain, in lower case. */
  | { of: 'domain'; domain: string }
);

/** A service of the issuer that is let in by its tokens. */
export interface IssuerService {
  /** The `sub` of its tokens. */
  subject: string;
  name: string;
  scopes: readonly Scope[];
}

/** Says whether a text can be the name of a group: policies write it after `group:`, in one line. */
export function isGroupName(text: string): boolean {
  return (
    text.length > 0 && text.length <= 128 && text === text.trim() && text.isWellFormed() && isPlain(text)
  );
}

/**
 * Says whether a text is an address of one person at one domain, and nothing that stands for somebody else here. Letters
 * beyond ASCII prove nothing: an issuer may hold accounts apart that are written alike here.
 */
export function isAddress(text: string): boolean {
  return text.length <= 128 && /^[!-~]+$/.test(text) && /^[^\s@,;:]+@[^\s@,;:]+$/.test(text);
}

const expectedRules = `expected rules such as "release:approver, ops:operator@acme/site, ann@example.org:admin, @example.org:viewer, *:viewer" with commas between them; roles are ${roles.join(', ')}, each for the whole server or @ one project, admin for the whole server only and not for *`;

/** Who of the issuer gets which role. */
export const issuerRules = z
  .string()
  .default('')
  .transform((text, context): IssuerRule[] => {
    const entries = entriesOf(text, ',');
    const rules = entries.map(readRule);
    const wrong = entries.find((_entry, index) => rules[index] === undefined);
    if (wrong === undefined) return rules.filter((rule) => rule !== undefined);
    context.addIssue({ code: 'custom', message: `${expectedRules}; no rule is ${JSON.stringify(wrong)}` });
    return z.NEVER;
  });

function readRule(entry: string): IssuerRule | undefined {
  const colon = entry.lastIndexOf(':');
  const who = entry.slice(0, Math.max(colon, 0)).trim();
  const read = readGrant(entry.slice(colon + 1).trim());
  if (read === undefined) return undefined;
  const grant = writeGrant(read);
  // Whoever may open an account there would be an admin.
  if (who === '*') return read.role === 'admin' ? undefined : { of: 'everybody', grant };
  if (!who.includes('@'))
    return isGroupName(who) ? { of: 'group', group: composedName(who), grant } : undefined;
  if (!who.startsWith('@'))
    return isAddress(who) ? { of: 'address', address: identityKey(who), grant } : undefined;
  return isAddress(`a${who}`) ? { of: 'domain', domain: identityKey(who.slice(1)), grant } : undefined;
}

/** What a service may be allowed to do by a token: never what people do. */
const grantable = ['read', 'report', 'work', 'operate'] as const satisfies readonly Scope[];

const expectedServices = `expected services such as "4f0c2d9e:ci:report,read; 77ab01:worker:work", each with the sub of its tokens, its name here and its scopes (${grantable.join(', ')}), semicolons between them`;

/** The services of the issuer that are let in. */
export const issuerServices = z
  .string()
  .default('')
  .transform((text, context): IssuerService[] => {
    const entries = entriesOf(text, ';');
    const services = entries.map(readService).filter((service) => service !== undefined);
    const subjects = new Set(services.map(({ subject }) => subject));
    if (subjects.size === entries.length) return services;
    context.addIssue({ code: 'custom', message: expectedServices });
    return z.NEVER;
  });

function readService(entry: string): IssuerService | undefined {
  const parts = entry.split(':').map((part) => part.trim());
  // A subject may hold colons.
  const [name = '', scopes = ''] = parts.slice(-2);
  const subject = parts.slice(0, -2).join(':');
  const wanted = scopes.split(',').map((scope) => scope.trim());
  const isWhole =
    subject !== '' &&
    subject.length <= 255 &&
    /^[a-z0-9][a-z0-9._-]{0,62}$/.test(name) &&
    wanted.every((scope) => grantable.some((one) => one === scope));
  return isWhole ? { subject, name, scopes: wanted as Scope[] } : undefined;
}

function entriesOf(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
