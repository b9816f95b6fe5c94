/**
 * The words of Nightshift, once for the database, GraphQL, REST, the command line and the docs. Each list stands in a file
 * of its own here, as a table: a word, and what is known of it. Enums, filters, labels and colours are made from the table,
 * so a new word is one new row.
 *
 * plan        a named definition in the team's repository: steps, schedule
 * step        one entry of a plan: a command, what it needs, its limits
 * run         one execution of a plan, e.g. `nightly-2025-01-15`
 * task        one step inside one run; it has the status
 * attempt     one try at a task by one worker; how it ended is never a status
 * decision    approve, reject or cancel: by whom, how, when
 * approval    the wait for a decision
 * viewer      the authenticated caller
 * scheduled run
 *             one due time of a schedule and its outcome
 * filter, page, cursor, connection
 *             reading lists; a cursor is a position in the sort order
 */

/** The least that is known of a word: what it means, as the API's reference says it. */
export interface WordFacts {
  means: string;
}

/** The colours in which words are shown on a terminal. */
export type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'gray';

/** Lists the words of a table, in its order. */
export function wordsOf<Word extends string>(table: Readonly<Record<Word, unknown>>): readonly Word[] {
  return Object.keys(table) as Word[];
}

/** The name of a word in GraphQL: `awaiting_approval` is `AWAITING_APPROVAL`. */
export function graphqlName<Word extends string>(word: Word): Uppercase<Word> {
  return word.toUpperCase() as Uppercase<Word>;
}

/** The word of a name in GraphQL, as rows, REST and CSV have it. */
export function wordOf<Name extends string>(name: Name): Lowercase<Name> {
  return name.toLowerCase() as Lowercase<Name>;
}

/** How people read a word: `email_webhook` is `email webhook`. */
export function spaced(word: string): string {
  return word.replaceAll('_', ' ');
}
