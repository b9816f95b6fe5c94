import type { WordFacts } from './words.ts';

/** The databases that a server can have. */
export const databaseKindFacts = {
  postgres: { means: 'A PostgreSQL server.' },
  pglite: { means: 'PGlite, which is PostgreSQL within the process of the server.' },
} as const satisfies Record<string, WordFacts>;
