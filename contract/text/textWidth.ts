import stringWidth from 'string-width';

/** How many columns of a terminal a text takes; colours of ours take none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Fills a text with spaces to so many columns; one that is wider stays as it is. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/**
 * Cuts a plain text so that it takes at most so many columns, with an ellipsis where something is missing: at its end, or
 * in its middle where the end says more.
 */
export function cutTo(text: string, columns: number, where: 'end' | 'middle' = 'end'): string {
  const line = text.replaceAll('\t', ' ');
  // Of a long line only as much is measured as can be shown.
  const most = columns * charactersAColumn;
  if (line.length <= most && widthOf(line) <= columns) return line;
  if (columns < 1) return '';
  const left = where === 'end' ? columns - 1 : Math.ceil((columns - 1) / 2);
  const start = take(graphemesOf(line.slice(0, most)), left).trimEnd();
  if (where === 'end') return `${start}…`;
  const end = takeParts([...graphemesOf(line.slice(-most))].reverse(), columns - 1 - widthOf(start));
  return `${start}…${end.reverse().join('').trimStart()}`;
}

/** No usual character has more parts. */
const charactersAColumn = 16;

/**
 * Breaks a text into lines of at most so many columns, between words; later lines are indented. A word that is wider, such
 * as a link, stays whole on a line of its own, or is broken where nothing may be wider.
 */
export function wrapTo(text: string, columns: number, { indent = 0, breaks = false } = {}): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ').flatMap((one) => (breaks ? broken(one, columns - indent) : [one]))) {
    const joined = line === undefined ? word : `${line} ${word}`;
    if (line === undefined || line.trim() === '' || widthOf(joined) <= columns) {
      line = joined;
      continue;
    }
    lines.push(line.trimEnd());
    line = ' '.repeat(indent) + word;
  }
  return [...lines, line ?? ''];
}

/** Breaks a word that is wider than so many columns, behind a sign that parts it where there is one. */
function broken(word: string, columns: number): string[] {
  if (widthOf(word) <= columns) return [word];
  const parts: string[] = [];
  for (let rest = word; rest !== ''; ) {
    const most = take(graphemesOf(rest), columns) || ([...graphemesOf(rest)][0] ?? rest);
    const isLast = most.length === rest.length;
    const part = isLast ? most : most.slice(0, endOfPart(most)) || most;
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return parts;
}

function endOfPart(text: string): number {
  return Math.max(...['-', '.', '/', '_', ':', '@', ','].map((sign) => text.lastIndexOf(sign))) + 1;
}

/** As many of these characters as fit. */
function take(characters: Iterable<string>, columns: number): string {
  return takeParts(characters, columns).join('');
}

function takeParts(characters: Iterable<string>, columns: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += widthOf(character);
    if (used > columns) break;
    taken.push(character);
  }
  return taken;
}

/** The characters as people see them: an emoji of several parts is one, and so is a letter with its marks. */
function* graphemesOf(text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) yield segment;
}

const graphemes = new Intl.Segmenter();
