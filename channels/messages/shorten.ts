/** How much of a channel's room a character takes. */
export type WidthOf = (character: string) => number;

const units: WidthOf = (character) => character.length;
const more = '…';

/** Cuts a text to so much room, with an ellipsis at its end: no character in two, and no address, which is left out then. */
export function shorten(text: string, room: number, widthOf: WidthOf = units): string {
  let [width, fitting] = [0, 0];
  for (const character of text) {
    width += widthOf(character);
    if (width <= room - more.length) fitting += character.length;
    if (width > room) return withoutPart(text, fitting) + more;
  }
  return text;
}

/** The beginning of a text, up to an address that goes on behind it. */
function withoutPart(text: string, length: number): string {
  const kept = text.slice(0, length);
  if (/^(\s|$)/.test(text.slice(length))) return kept;
  const word = kept.slice(Math.max(kept.lastIndexOf(' '), kept.lastIndexOf('\n')) + 1);
  const address = word.search(/https?:/i);
  return address === -1 ? kept : kept.slice(0, kept.length - word.length + address);
}
