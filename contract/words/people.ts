import type { Scope } from './viewers.ts';
import { type WordFacts, wordsOf } from './words.ts';

/** What is known of a role. */
interface RoleFacts extends WordFacts {
  scopes: readonly Scope[];
}

/** What a person may be here. */
export const roleFacts = {
  viewer: { means: 'May read.', scopes: ['read'] },
  operator: {
    means: 'May read, report, work, and start and control runs.',
    scopes: ['read', 'report', 'work', 'operate'],
  },
  approver: { means: 'May read, and approve, reject and cancel tasks.', scopes: ['read', 'approve'] },
  admin: {
    means: 'May do everything.',
    scopes: ['read', 'report', 'work', 'operate', 'approve', 'admin'],
  },
} as const satisfies Record<string, RoleFacts>;

export type Role = keyof typeof roleFacts;
export const roles = wordsOf(roleFacts);

/** What proves who a person is. */
export const principalKindFacts = {
  issuer: { means: 'An account of the OpenID issuer, by its subject.' },
  github: { means: 'A GitHub account, by its number.' },
  proxy: { means: 'A user of the trusted proxy.' },
  mail: { means: 'A mail address that links are sent to.' },
} as const satisfies Record<string, WordFacts>;

export type PrincipalKind = keyof typeof principalKindFacts;
export const principalKinds = wordsOf(principalKindFacts);

/** Where somebody is signed in. */
export const sessionClientFacts = {
  browser: { means: 'A browser, by its cookie.' },
  cli: { means: 'The command line, by the token that it keeps.' },
} as const satisfies Record<string, WordFacts>;

export type SessionClient = keyof typeof sessionClientFacts;
export const sessionClients = wordsOf(sessionClientFacts);

/** Whether a session lasts, as lists show it. */
export const sessionStateFacts = {
  active: { means: 'Somebody is signed in.' },
  expired: { means: 'It has expired.' },
  ended: { means: 'Somebody signed out, or ended it.' },
} as const satisfies Record<string, WordFacts>;

export type SessionListState = keyof typeof sessionStateFacts;

/** How it stands with a person. */
export const personStateFacts = {
  active: { means: 'May come in, and has.' },
  invited: { means: 'May come in, and has not yet.' },
  removed: { means: 'Was removed, or linked to another person: may not come in.' },
  forgotten: { means: 'Was forgotten: only the number is left.' },
} as const satisfies Record<string, WordFacts>;

export type PersonState = keyof typeof personStateFacts;
export const personStates = wordsOf(personStateFacts);
