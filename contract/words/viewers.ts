import { type WordFacts, wordsOf } from './words.ts';

/** What a viewer may do; `admin` includes all the others. */
export const scopeFacts = {
  read: { means: 'Read tasks and runs.' },
  report: { means: 'Create and update tasks of outside reporters.' },
  work: { means: 'Make plans known, lease tasks and report their attempts, as workers do.' },
  operate: { means: 'Start runs and control the engine.' },
  approve: { means: 'Approve, reject and cancel tasks.' },
  admin: { means: 'Everything, pruning included.' },
} as const satisfies Record<string, WordFacts>;

export type Scope = keyof typeof scopeFacts;
export const scopes = wordsOf(scopeFacts);

/**
 * What stands behind an identity. Policies about people count persons alone, since everybody else may be several people,
 * or the same person once more.
 */
export const viewerKindFacts = {
  person: {
    means: 'A signed-in person: a user of the proxy, a mapped GitHub login, the named recipient of a link.',
  },
  login: { means: 'A GitHub login of which nobody said whose it is.' },
  shared: { means: 'A key that several may hold.' },
  channel: { means: 'Whoever reads a channel, by the link that was sent there.' },
  anonymous: { means: 'Somebody who proved nothing.' },
  system: { means: 'The engine itself, and the schedule.' },
} as const satisfies Record<string, WordFacts>;

export type ViewerKind = keyof typeof viewerKindFacts;
