import { createTextSearch, type TextSearch } from './textSearch.ts';

/** Follows a stream of text, character by character, and finds secrets in it. */
export interface SecretFinder {
  /** Takes the next character; says how many of the last ones are a secret, 0 for none. */
  take(code: number): number;
  /** How many of the last characters may be the beginning of a secret. */
  depth(): number;
  /**
   * Takes characters of a text from a place on in which no secret begins, as long as none has begun before; gives the place
   * of the first one that it has not taken. Most of what commands print is taken so.
   */
  skip(text: string, from: number): number;
}

/** The searches for some secrets, in which any number of streams can be followed. */
export interface SecretSearches {
  exact: TextSearch;
  /** For texts that programs break into lines: Base64, tokens. */
  solid: TextSearch;
  /** For hexadecimal and escapes, in either case. */
  hex: TextSearch;
  longest: number;
  /** Not 0 for pairs of characters, by `pairOf`, with which a text or a line may begin or end. */
  beginnings: Uint8Array;
}

/** Builds the searches for some texts. */
export function createSecretSearches(texts: readonly string[]): SecretSearches {
  const isHex = (text: string) => /^(?:[%: ]?[0-9a-f]{2}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})+$/.test(text);
  const isSolid = (text: string) => /^[\w+/=-]+$/.test(text);
  const hex = texts.filter(isHex);
  return {
    exact: createTextSearch(texts.filter((text) => !isHex(text) && !isSolid(text))),
    solid: createTextSearch(texts.filter((text) => !isHex(text) && isSolid(text))),
    hex: createTextSearch(hex, { anyCase: true }),
    beginnings: beginningsOf(texts, hex),
    longest: texts.reduce((most, { length }) => Math.max(most, length), 0),
  };
}

/**
 * Notes with which two characters the texts begin, those in hexadecimal in either case; and line ends with what stands
 * before and after them, since a text may be broken there.
 */
function beginningsOf(texts: readonly string[], hex: readonly string[]): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const end of [0x0a, 0x0d])
    for (let other = 0; other < 0x100; other++) table[pairOf(end, other)] = table[pairOf(other, end)] = 1;
  for (const text of [...texts, ...hex.map((one) => one.toUpperCase()), ...hex.flatMap(mixedBeginnings)]) {
    if (text.length > 1) table[pairOf(text.charCodeAt(0), text.charCodeAt(1))] = 1;
    else for (let second = 0; second < 0x100; second++) table[pairOf(text.charCodeAt(0), second)] = 1;
  }
  return table;
}

function mixedBeginnings(text: string): string[] {
  const [first = '', second = ''] = text;
  return [first.toUpperCase() + second.toLowerCase(), first.toLowerCase() + second.toUpperCase()];
}

function pairOf(first: number, second: number): number {
  return ((first & 0xff) << 8) | (second & 0xff);
}

/** A line of at least so many characters without a blank may be one of a text that was broken into lines. */
const brokenAfter = 60;

/**
 * Follows one stream. Where Base64 or hexadecimal is broken into lines, as `base64` and `xxd` do, a line end interrupts
 * nothing; the lines before it are long, so that what a finder knows of them is little.
 */
export function createSecretFinder({ exact, solid, hex, longest, beginnings }: SecretSearches): SecretFinder {
  let [inExact, inSolid, inHex] = [0, 0, 0];
  let position = 0;
  /** How many characters without a blank stand at the end. */
  let run = 0;
  /** Whether a carriage return has just ended a line, to which a line feed belongs. */
  let isReturned = false;
  let breaks: number[] = [];

  const isBreak = (code: number) => {
    const breaksHere = code === 0x0a ? run >= brokenAfter || isReturned : code === 0x0d && run >= brokenAfter;
    isReturned = breaksHere && code === 0x0d;
    run = isSolidCode(code) ? run + 1 : 0;
    return breaksHere;
  };
  /** How long the last characters are with the line ends between them. */
  const withBreaks = (length: number) => {
    let start = position - length;
    for (let last = breaks.length - 1; (breaks[last] ?? -1) >= start; last--) start--;
    return position - start;
  };
  return {
    take(code) {
      inExact = exact.step(inExact, code);
      const found = exact.found(inExact);
      const isSkipped = isBreak(code);
      position++;
      if (isSkipped) {
        breaks = [...breaks.filter((place) => place > position - 2 * longest), position - 1];
        return found;
      }
      inSolid = solid.step(inSolid, code);
      inHex = hex.step(inHex, code);
      const broken = Math.max(solid.found(inSolid), hex.found(inHex));
      return broken === 0 ? found : Math.max(found, withBreaks(broken));
    },
    skip(text, from) {
      if (inExact !== 0 || inSolid !== 0 || inHex !== 0) return from;
      let at = from;
      let code = text.charCodeAt(at);
      for (const last = text.length - 1; at < last; at++) {
        const next = text.charCodeAt(at + 1);
        if (beginnings[pairOf(code, next)] !== 0) break;
        code = next;
      }
      if (at === from) return at;
      let solidFrom = at;
      while (solidFrom > from && at - solidFrom < brokenAfter && isSolidCode(text.charCodeAt(solidFrom - 1)))
        solidFrom--;
      run = solidFrom === from ? run + at - from : at - solidFrom;
      isReturned = false;
      position += at - from;
      return at;
    },
    depth: () => {
      const broken = Math.max(solid.depth(inSolid), hex.depth(inHex));
      return Math.max(exact.depth(inExact), withBreaks(broken));
    },
  };
}

/** Letters, digits and `+/=-_`. */
function isSolidCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2f && code <= 0x39) ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x3d ||
    code === 0x5f
  );
}
