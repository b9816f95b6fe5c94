import { eastAsianWidth } from 'get-east-asian-width';

/**
 * The columns of one row of a terminal: each holds a character with the marks that belong to it, or nothing where the
 * character before it reaches into it.
 */
export type Cells = string[];

/** What a drawing came to: the column behind it, and what of the text had no room. */
export interface Drawn {
  column: number;
  rest: string;
}

/** Draws text without line ends from a column on, over what stands there, up to a number of columns. */
export function draw(cells: Cells, from: number, text: string, most: number): Drawn {
  let column = from;
  let place = 0;
  for (const character of text) {
    if (column >= most) break;
    place += character.length;
    const width = character === '\t' ? tabWidth - (column % tabWidth) : widthOf(character);
    if (width === 0) {
      mark(cells, column, character);
      continue;
    }
    // A tab moves over what is there and draws only where nothing is.
    if (character !== '\t' || column >= cells.length) put(cells, column, character, width);
    column += width;
  }
  return { column, rest: text.slice(place) };
}

/** Erases columns, so that blanks are seen there. */
export function blank(cells: Cells, from: number, to: number): void {
  const end = Math.min(to, cells.length);
  if (from >= end) return;
  // Characters that reach over either edge first, and then all at once: it may be done for every few characters of a text.
  put(cells, from, ' ', 1);
  put(cells, end - 1, ' ', 1);
  cells.fill(' ', from, end);
}

/** Erases all from a column on. */
export function cutOff(cells: Cells, from: number): void {
  if (from >= cells.length) return;
  put(cells, from, ' ', 1);
  cells.length = from;
}

/** Writes a row as it is seen: blanks at its end are not. */
export function seen(cells: Cells): string {
  return cells.join('').trimEnd();
}

const tabWidth = 8;

function put(cells: Cells, column: number, character: string, width: number): void {
  if (cells.length < column) {
    const end = cells.length;
    cells.length = column;
    cells.fill(' ', end);
  }
  // Half a character is not shown.
  if (cells[column] === '') {
    let head = column;
    while (head > 0 && cells[head] === '') cells[head--] = ' ';
    cells[head] = ' ';
  }
  for (let after = column + width; cells[after] === ''; after++) cells[after] = ' ';
  cells[column] = character;
  for (let more = 1; more < width; more++) cells[column + more] = '';
}

/** Adds a mark to the character before a column. */
function mark(cells: Cells, column: number, character: string): void {
  let head = Math.min(column, cells.length) - 1;
  while (head > 0 && cells[head] === '') head--;
  const marked = cells[head];
  if (marked !== undefined && marked.length < mostMarked) cells[head] = marked + character;
}

/** The longest characters that people write are some emoji of families. */
const mostMarked = 32;

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/^(?:\p{Mn}|\p{Me}|[\u200b-\u200d])/u.test(character)) return 0;
  return eastAsianWidth(code);
}
