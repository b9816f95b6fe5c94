import { defaultLineLimits, type LineLimits } from '../text/boundedLine.ts';
import { type ControlSink, createControlReader } from '../text/controlReader.ts';
import { blank, cutOff } from './cells.ts';
import { followLinks } from './links.ts';
import { clear, columnsOf, isEmpty, type Row, type ShownRow, write } from './row.ts';
import { keepRows, lastOutOfReach, type RowListeners } from './rows.ts';

/** Shows what a terminal would of the text that is written to it. */
export interface Screen extends Required<ControlSink> {
  /** Once nothing more comes. */
  end(): void;
  /** The lowest row that is not blank. */
  bottom(): string | undefined;
}

export interface ScreenOptions extends RowListeners {
  limits?: LineLimits;
}

/** Text farther right than most terminals are wide is not reached by moves. */
const farthest = 200;

/**
 * Makes a screen that remembers its last rows and hands out each row as soon as it is complete. Rows that were drawn on
 * again are handed out again when the next one is complete. A screen that is cleared goes on below what was there, so that
 * nothing of the record is lost. Each character costs a bounded number of steps.
 */
export function createScreen({ limits = defaultLineLimits, ...listeners }: ScreenOptions): Screen {
  const rows = keepRows(listeners);
  let at = 0;
  /** Where in its row the cursor stands; undefined for the end of a row that grows. */
  let column: number | undefined;
  let saved: { row: Row; column: number } | undefined;
  const links = followLinks(limits);

  const current = () => rows.at(at);
  const place = () => column ?? columnsOf(current())?.length ?? 0;

  function below(isFresh = false): void {
    rows.begin(current(), isFresh);
    at = rows.count() - 1;
    column = undefined;
  }

  function newline(): void {
    if (at < rows.count() - 1) {
      at++;
      column = 0;
    } else {
      rows.complete(current());
      below();
    }
  }

  function put(text: string): void {
    if (text === '') return;
    const row = current();
    column = write(row, column, text, limits);
    rows.note(row);
    links.wrote(row, column, text);
  }

  /**
   * Hands out the lines of a text that go out of reach while it is written, as a flood of them does, without making a row
   * of each. Gives the place behind them.
   */
  function scroll(piece: string): number {
    let end = lastOutOfReach(piece);
    if (end === -1 || at < rows.count() - 1 || links.isOpen()) return 0;
    const returned = piece.indexOf('\r');
    if (returned !== -1 && returned < end) end = piece.lastIndexOf('\n', returned);
    const from = piece.indexOf('\n') + 1;
    if (end < from) return 0;
    put(piece.slice(0, from - 1));
    newline();
    at = 0;
    return rows.pass(piece, from, end + 1, limits.head);
  }

  function go(lines: number, to?: number): void {
    const target = to ?? place();
    at = Math.max(rows.top(), Math.min(rows.count() - 1, at + lines));
    column = target;
  }

  function move(to: number): void {
    const end = columnsOf(current())?.length;
    if (end !== undefined) column = Math.max(0, Math.min(to, Math.max(end, farthest)));
  }

  /** Goes on below what was there. */
  function fresh(): void {
    if (rows.count() === 1 && isEmpty(current())) return;
    at = rows.count() - 1;
    if (!isEmpty(current()) || current().shown !== undefined) rows.complete(current());
    else rows.settle();
    below(true);
  }

  /** Erases from the cursor on (0), up to it (1), or all of its row (2). */
  function eraseInRow(part: number): void {
    const row = current();
    if (part > 2 || (part === 0 && column === undefined)) return;
    const from = place();
    const cells = columnsOf(row);
    if (part === 2 || (part === 0 && from === 0)) {
      clear(row);
      column = from;
    } else if (cells !== undefined) {
      column = from;
      row.isDrawn = true;
      if (part === 0) cutOff(cells, from);
      else blank(cells, 0, from + 1);
    }
    rows.note(row);
  }

  function eraseBelow(): void {
    eraseInRow(0);
    rows.cutBelow(at);
  }

  function closeLink(): void {
    const row = links.close(rows.from(rows.top()));
    if (row === undefined) return;
    // What stood at the end of the row stands there still, behind what takes no column.
    if (row === current() && column === undefined) column = row.cells?.length;
    rows.note(row);
  }

  function save(): void {
    saved = { row: current(), column: place() };
  }

  function restore(): void {
    const row = saved === undefined ? -1 : rows.placeOf(saved.row);
    if (row < rows.top()) return;
    at = row;
    column = saved?.column;
  }

  const sequences = new Map<string, (number: number) => void>([
    ['A', (number) => go(-(number || 1))],
    ['B', (number) => go(number || 1)],
    ['C', (number) => move(place() + (number || 1))],
    ['D', (number) => move(place() - (number || 1))],
    ['E', (number) => go(number || 1, 0)],
    ['F', (number) => go(-(number || 1), 0)],
    ['G', (number) => move((number || 1) - 1)],
    ['`', (number) => move((number || 1) - 1)],
    ['H', fresh],
    ['f', fresh],
    ['J', (number) => (number === 0 ? eraseBelow() : number > 1 && fresh())],
    ['K', eraseInRow],
    ['s', save],
    ['u', restore],
  ]);
  const escapes = new Map<string, () => void>([
    ['7', save],
    ['8', restore],
    ['E', newline],
    ['M', () => go(-1)],
    ['c', fresh],
  ]);

  return {
    text(piece) {
      let from = scroll(piece);
      for (let end = nextEnd(piece, from); end < piece.length; end = nextEnd(piece, from)) {
        put(piece.slice(from, end));
        if (piece[end] === '\n') newline();
        else column = 0;
        from = end + 1;
      }
      put(piece.slice(from));
    },
    backspace: () => move(place() - 1),
    control(letter, parameters) {
      // What begins otherwise is a sequence of somebody's own.
      if (/^\d{0,5}(?:;|$)/.test(parameters)) sequences.get(letter)?.(Number.parseInt(parameters, 10) || 0);
    },
    escape: (letter) => escapes.get(letter)?.(),
    link(target) {
      closeLink();
      links.open(target);
    },
    end() {
      closeLink();
      rows.end(at);
    },
    bottom: rows.bottom,
  };
}

/** Shows a text that is whole as a terminal would. */
export function screenText(text: string): string {
  const rows: ShownRow[] = [];
  const screen = createScreen({ onRow: (row) => rows.push(row) });
  const reader = createControlReader(screen);
  reader.push(text);
  reader.end();
  screen.end();
  return rows.flatMap(({ text: shown }) => shown ?? []).join('\n');
}

/** The place of the next line feed or carriage return, or the end of the text. */
function nextEnd(text: string, from: number): number {
  lineEnd.lastIndex = from;
  // No object is made of what was found: there are millions of lines.
  return lineEnd.test(text) ? lineEnd.lastIndex - 1 : text.length;
}

const lineEnd = /[\n\r]/g;
