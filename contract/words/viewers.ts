import { type WordFacts, wordsOf } from './words.ts';

/** What a viewer may do; `admin` includes all the others. */
export const scopeFacts = {
  read: { means: 'Read tasks and runs.' },
  report: { means: 'Create and update externally reported tasks.' },
  work: {
    means:
      'Work as `nightshift worker` and `nightshift run` do: register plans, start what is due, run tasks; start, read, cancel and release runs of your own.',
  },
  operate: { means: 'Start and control runs.' },
  approve: { means: 'Approve, reject and cancel tasks.' },
  admin: { means: 'Everything, including pruning.' },
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
  login: { means: 'A GitHub login that is not mapped to a person.' },
  service: { means: 'A service, by a key of its own.' },
  shared: { means: 'A key that several people may share.' },
  channel: { means: 'Anyone who reads a channel, by the link that was sent there.' },
  anonymous: { means: 'Someone without authentication.' },
  system: { means: 'Nightshift itself, including its schedule.' },
} as const satisfies Record<string, WordFacts>;

export type ViewerKind = keyof typeof viewerKindFacts;

/** By what somebody has proved who it is. */
export const proofFacts = {
  none: { means: 'By nothing.' },
  machine_key: { means: 'By the machine’s key, or by that of the server’s own process.' },
  admin_key: { means: 'By the `ADMIN_API_KEY`.' },
  key: { means: 'By a key of its own.' },
  token: { means: 'By a token of GitHub Actions or of the OpenID issuer.' },
  issuer: { means: 'By the OpenID issuer, where it signed in.' },
  github: { means: 'By GitHub, where it signed in.' },
  proxy: { means: 'By the trusted proxy, which signed it in.' },
  link: { means: 'By a link that was sent to it.' },
  host: { means: 'By GitHub, which told of its review or merge.' },
  server: { means: 'It is Nightshift itself.' },
} as const satisfies Record<string, WordFacts>;

export type Proof = keyof typeof proofFacts;
