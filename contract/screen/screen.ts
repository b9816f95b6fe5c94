import { defaultLineLimits, type LineLimits } from '../boundedLine.ts';
import { type ControlSink, createControlReader } from '../controlReader.ts';
import { blank, cutOff } from './cells.ts';
import { followLinks } from './links.ts';
import { clear, columnsOf, isEmpty, isLong, newRow, type Row, type ShownRow, textOf, write } from './row.ts';

/** Shows what a terminal would of the text that is written to it. */
export interface Screen extends Required<ControlSink> {
  /** Once nothing more comes. */
  end(): void;
  /** The lowest row that is not blank. */
  bottom(): string | undefined;
}

export interface ScreenOptions {
  limits?: LineLimits;
  /** What is made of a row before it is handed out; `isDrawn` where its text did not come in one piece. */
  finish?(text: string, isDrawn: boolean): string;
  /** Takes each row with its line end; what it shows may change afterwards. */
  onRow?(row: ShownRow): void;
  /** Takes the text of each row with its line end, and again when something was drawn on it meanwhile. */
  onLine?(line: string): void;
}

/** So many rows can be drawn on again, as on a tall terminal. */
const mostRows = 100;
/** Text farther right than most terminals are wide is not reached by moves. */
const farthest = 200;

/**
 * Makes a screen that remembers its last rows and hands out each row as soon as it is complete. Rows that were drawn on
 * again are handed out again when the next one is complete. A screen that is cleared goes on below what was there, so that
 * nothing of the record is lost. Each character costs a bounded number of steps.
 */
export function createScreen({
  limits = defaultLineLimits,
  finish = (text) => text,
  onRow,
  onLine,
}: ScreenOptions): Screen {
  const rows: Row[] = [newRow()];
  let at = 0;
  /** Where in its row the cursor stands; undefined for the end of a row that grows. */
  let column: number | undefined;
  let saved: { row: Row; column: number } | undefined;
  let changed = 0;
  let gone: string | undefined;
  const links = followLinks(limits);

  const current = (): Row => {
    const row = rows[at] ?? newRow();
    rows[at] = row;
    return row;
  };
  /** The highest row that is in reach. */
  const top = () => Math.max(0, rows.length - mostRows);
  const place = () => column ?? columnsOf(current())?.length ?? 0;
  const note = (row: Row) => {
    if (row.shown === undefined || row.isChanged) return;
    row.isChanged = true;
    changed++;
  };
  const finished = (row: Row) => finish(textOf(row), row.isDrawn);

  function settle(): void {
    if (changed === 0) return;
    changed = 0;
    for (const row of rows) {
      if (!row.isChanged || row.shown === undefined) continue;
      row.isChanged = false;
      const text = finished(row);
      if (text === row.shown.text) continue;
      row.shown.text = text;
      if (text !== '') onLine?.(text);
    }
  }

  function show(row: Row): void {
    const text = finished(row);
    row.shown = { text };
    onRow?.(row.shown);
    onLine?.(text);
  }

  /** Completes the lowest row. */
  function complete(): void {
    settle();
    const row = current();
    if (row.shown === undefined) show(row);
  }

  /** Begins a row at the bottom; what is above it is out of reach where it has become too much. */
  function below(isFresh = false): void {
    if (isFresh || isLong(current())) forget(rows.length);
    else if (rows.length >= 2 * mostRows) forget(rows.length + 1 - mostRows);
    rows.push(newRow());
    at = rows.length - 1;
    column = undefined;
  }

  function forget(many: number): void {
    gone = rows.splice(0, many).findLast(isWritten)?.shown?.text ?? gone;
  }

  function newline(): void {
    if (at < rows.length - 1) {
      at++;
      column = 0;
    } else {
      complete();
      below();
    }
  }

  function put(text: string): void {
    if (text === '') return;
    const row = current();
    column = write(row, column, text, limits);
    note(row);
    links.wrote(row, column, text);
  }

  /**
   * Hands out the lines of a text that go out of reach while it is written, as a flood of them does, without making a row
   * of each. Gives the place behind them.
   */
  function scroll(piece: string): number {
    let end = lastOutOfReach(piece);
    if (end === -1 || at < rows.length - 1 || links.isOpen()) return 0;
    const returned = piece.indexOf('\r');
    if (returned !== -1 && returned < end) end = piece.lastIndexOf('\n', returned);
    let from = piece.indexOf('\n') + 1;
    if (end < from) return 0;
    put(piece.slice(0, from - 1));
    newline();
    forget(rows.length - 1);
    at = 0;
    while (from <= end) {
      const next = piece.indexOf('\n', from);
      if (next - from > limits.head) break;
      const text = finish(piece.slice(from, next), false);
      onRow?.({ text });
      onLine?.(text);
      if (text.trim() !== '') gone = text;
      from = next + 1;
    }
    return from;
  }

  function go(lines: number, to?: number): void {
    const target = to ?? place();
    at = Math.max(top(), Math.min(rows.length - 1, at + lines));
    column = target;
  }

  function move(to: number): void {
    const end = columnsOf(current())?.length;
    if (end !== undefined) column = Math.max(0, Math.min(to, Math.max(end, farthest)));
  }

  /** Goes on below what was there. */
  function fresh(): void {
    if (rows.length === 1 && isEmpty(current())) return;
    at = rows.length - 1;
    if (!isEmpty(current()) || current().shown !== undefined) complete();
    else settle();
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
    note(row);
  }

  function eraseBelow(): void {
    eraseInRow(0);
    for (const row of rows.splice(at + 1)) if (row.shown !== undefined) row.shown.text = null;
  }

  function closeLink(): void {
    const row = links.close(rows.slice(top()));
    if (row === undefined) return;
    // What stood at the end of the row stands there still, behind what takes no column.
    if (row === current() && column === undefined) column = row.cells?.length;
    note(row);
  }

  function save(): void {
    saved = { row: current(), column: place() };
  }

  function restore(): void {
    const row = saved === undefined ? -1 : rows.indexOf(saved.row);
    if (row < top()) return;
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
      settle();
      const lowest = rows.at(-1);
      if (lowest !== undefined && lowest.shown === undefined && finished(lowest) !== '') show(lowest);
      for (const { shown } of rows.slice(at).reverse()) {
        if (shown?.text) break;
        if (shown !== undefined) shown.text = null;
      }
    },
    bottom: () => rows.findLast(isWritten)?.shown?.text ?? gone,
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

function isWritten({ shown }: Row): boolean {
  return shown?.text != null && shown.text.trim() !== '';
}

/** The place of the next line feed or carriage return, or the end of the text. */
function nextEnd(text: string, from: number): number {
  lineEnd.lastIndex = from;
  // No object is made of what was found: there are millions of lines.
  return lineEnd.test(text) ? lineEnd.lastIndex - 1 : text.length;
}

const lineEnd = /[\n\r]/g;

/** The line end before the rows that are in reach once a text is written; -1 where all of it stays in reach. */
function lastOutOfReach(text: string): number {
  let end = text.length;
  for (let row = 0; row <= mostRows && end > 0; row++) end = text.lastIndexOf('\n', end - 1);
  return end > 0 ? end : -1;
}
