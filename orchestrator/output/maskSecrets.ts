import { createSecretFinder, createSecretSearches, type SecretSearches } from './secretFinder.ts';

/** Replaces secrets in a stream of text, also those that are split between two chunks. */
export interface SecretMasker {
  push(text: string): string;
  /** What was held back, once no more text comes. */
  end(): string;
}

export const mask = '***';

/** Replaces every occurrence of the secrets in a text that is whole. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const masker = createSecretMasker(secrets);
  return masker.push(text) + masker.end();
}

/** Makes a masker; text that may be the beginning of a secret is held back until it is known. */
export function createSecretMasker(secrets: readonly string[]): SecretMasker {
  return createReplacer(secrets, (_, goesOn) => (goesOn ? '' : mask));
}

/**
 * Makes a masker that puts one character in the place of each one of a secret and leaves line ends as they are, so that a
 * text keeps its lines and columns; `showMasks` makes masks of them.
 */
export function createSecretCover(secrets: readonly string[]): SecretMasker {
  return createReplacer(secrets, (covered) => covered.replace(/[^\n\r]/g, coverSign));
}

/** Makes masks of what a cover has put in the place of secrets. */
export function showMasks(text: string): string {
  return text.includes(coverSign) ? text.replaceAll(covers, mask) : text;
}

/** A control character: no text has it from which these were taken out. */
const coverSign = '\u0001';
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const covers = /\u0001+/g;

/** Follows a text and replaces what secrets cover of it, which may come in pieces: a later one goes on with the last. */
function createReplacer(
  secrets: readonly string[],
  replace: (covered: string, goesOn: boolean) => string,
): SecretMasker {
  if (secrets.length === 0) return { push: (text) => text, end: () => '' };
  const finder = createSecretFinder(searchesFor(secrets));
  let held = '';
  /** What secrets cover of the held text and of what comes after it, in order and apart from each other. */
  let runs: Run[] = [];
  // Whether the last thing that was written is a mask, which goes on with a run that begins at once.
  let masking = false;

  const find = (text: string) => {
    for (let at = finder.skip(text, 0); at < text.length; at = finder.skip(text, at + 1)) {
      const length = finder.take(text.charCodeAt(at));
      const end = held.length + at + 1;
      if (length > 0) cover(runs, { start: end - length, end });
    }
  };
  const write = (whole: string, cut: number) => {
    let output = '';
    let position = 0;
    for (const { start, end } of runs) {
      if (start >= cut) break;
      if (start > position) masking = false;
      output += whole.slice(position, start);
      position = Math.min(end, cut);
      output += replace(whole.slice(Math.max(0, start), position), masking);
      masking = true;
    }
    if (position < cut) masking = false;
    output += whole.slice(position, cut);
    runs = runs
      .filter(({ end }) => end > cut)
      .map(({ start, end }) => ({ start: Math.max(0, start - cut), end: end - cut }));
    held = whole.slice(cut);
    return output;
  };
  return {
    push(text) {
      find(text);
      const whole = held + text;
      return write(whole, whole.length - finder.depth());
    },
    end: () => write(held, held.length),
  };
}

interface Run {
  start: number;
  end: number;
}

/** Adds what one more secret covers, which ends after all that is there, and joins what it touches. */
function cover(runs: Run[], run: Run): void {
  for (let last = runs.at(-1); last !== undefined && last.end >= run.start; last = runs.at(-1)) {
    run.start = Math.min(run.start, last.start);
    runs.pop();
  }
  runs.push(run);
}

const searches = new WeakMap<readonly string[], SecretSearches>();

/** Both streams of every step of a plan search for the same texts. */
function searchesFor(secrets: readonly string[]): SecretSearches {
  const known = searches.get(secrets);
  if (known !== undefined) return known;
  const made = createSecretSearches(secrets.filter((secret) => secret !== ''));
  searches.set(secrets, made);
  return made;
}
