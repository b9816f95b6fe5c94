import { stripControls } from './stripControls.ts';

/** What a name never holds: controls, separators of lines and paragraphs, and what turns the direction of writing. */
const unplain = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const turnsText = /\p{Bidi_Control}/gu;
const lineEnds = /[\t\n\r\p{Zl}\p{Zp}]+/gu;
const strayReturns = /\r(?!\n)/g;

/** Says whether a text can be a name: it is shown everywhere as one line, exactly as it is stored. */
export function isPlain(text: string): boolean {
  return !unplain.test(text);
}

/**
 * Makes a text safe to show on a terminal: escape sequences, controls and what turns the direction of writing are taken
 * out; tabs and line ends stay. A separator of lines or paragraphs becomes a line end.
 */
export function printable(text: string): string {
  const clean = isPlain(text) ? text : stripControls(text).replace(turnsText, '');
  return clean
    .replace(strayReturns, '')
    .replace(/[\p{Zl}\p{Zp}]/gu, '\n')
    .toWellFormed();
}

/** Makes one line of a text, so that nothing in it can stand for a line of its own. */
export function oneLine(text: string): string {
  return isPlain(text)
    ? text.toWellFormed()
    : stripControls(text).replace(turnsText, '').replace(lineEnds, ' ').toWellFormed();
}

/** Writes JSON for programs in which every character that a terminal could act on is escaped. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
