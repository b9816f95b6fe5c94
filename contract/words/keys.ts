import type { WordFacts } from './words.ts';

/** Whether a key works, and why not. */
export const keyStateFacts = {
  active: { means: 'It works.' },
  replaced: { means: 'It still works, until it expires: a newer key of the service has replaced it.' },
  expired: { means: 'It has expired.' },
  revoked: { means: 'It was revoked.' },
} as const satisfies Record<string, WordFacts>;

export type KeyState = keyof typeof keyStateFacts;

/** What a key can be bounded to, by the name of its list: names, and in plans and tasks beginnings of names before a `*`. */
export const keyBounds = ['projects', 'plans', 'labels', 'tasks'] as const;
