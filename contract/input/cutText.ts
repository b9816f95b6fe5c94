/** How much of a text that is cut is its beginning; the end, where a command says what went wrong, has the rest. */
const shareOfBeginning = 1 / 4;

/**
 * Cuts a well-formed text to so many bytes of UTF-8, and no character in two: its beginning and its end stay, and a line
 * between them says how much was left out.
 */
export function cutMiddle(text: string, maxBytes: number): string {
  // No character takes more than three bytes for each of its UTF-16 units.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const room = maxBytes - longestMark;
  const end = startOfCharacter(bytes, Math.floor(room * shareOfBeginning), -1);
  const begin = startOfCharacter(bytes, bytes.length - (room - end), 1);
  const mark = `\n[nightshift] ${begin - end} bytes were left out here\n`;
  return bytes.toString('utf8', 0, end) + mark + bytes.toString('utf8', begin);
}

/** Cuts a well-formed text to so many UTF-16 units, and no character in two, with an ellipsis at its end. */
export function cutEnd(text: string, maxLength: number): string {
  return text.length <= maxLength
    ? text
    : `${text
        .slice(0, maxLength - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}

const longestMark = 64;

function startOfCharacter(bytes: Buffer, index: number, step: 1 | -1): number {
  let at = index;
  while (((bytes[at] ?? 0) & 0xc0) === 0x80) at += step;
  return at;
}
