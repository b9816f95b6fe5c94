import { cutTo, padTo, widthOf, wrapTo } from '../../contract/text/textWidth.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { lineOf, paint, type Terminal, withoutColours } from '../terminal.ts';
import type { Narrowing } from './narrowing.ts';

/** One column of a table: its head and what it shows of a row. */
export interface Column<Row> {
  head: string;
  show(row: Row): string;
  /** How it gives room on a narrow terminal; a column that says nothing never does. */
  narrow?: Narrowing;
}

/**
 * Lays rows out for people or programs: on a terminal in columns that fit its width, with bold heads; elsewhere as one line
 * a row, in which a tab stands between the columns and nothing is cut or coloured.
 */
export function toTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  stream: Terminal,
): string {
  const cells = rows.map((row) => columns.map(({ show }) => lineOf(show(row))));
  return stream.isTTY ? drawn(cells, columns, stream) : toLines([columns.map(({ head }) => head), ...cells]);
}

function toLines(rows: readonly string[][]): string {
  return rows.map((cells) => cells.map(withoutColours).join('\t')).join('\n');
}

const gap = 2;

function drawn(cells: readonly string[][], columns: readonly Column<never>[], stream: Terminal): string {
  const room = stream.columns || 80;
  const natural = columns.map(({ head }, index) =>
    Math.max(widthOf(head), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const { widths, below } = layOut(natural, columns, room);
  const shown = columns.flatMap(({ head, narrow }, index) => {
    const width = widths[index] ?? 0;
    return width === 0 ? [] : [{ index, head: cutTo(head, width), narrow, width }];
  });
  const draw = (texts: readonly string[]) =>
    trimEndOf(shown.map(({ width }, at) => padTo(texts[at] ?? '', width)).join(' '.repeat(gap)), ' ');
  const lines = cells.flatMap((row) => {
    const parts = shown.map(({ index, narrow, width }) => linesOf(row[index] ?? '', width, narrow));
    const height = Math.max(...parts.map(({ length }) => length));
    return [
      ...Array.from({ length: height }, (_, line) => draw(parts.map((texts) => texts[line] ?? ''))),
      ...below.flatMap((index) => linesBelow(row[index] ?? '', room)),
    ];
  });
  return [draw(shown.map(({ head }) => paint('bold', head, stream))), ...lines].join('\n');
}

/** The lines that a cell takes in a column. */
function linesOf(text: string, width: number, narrow: Narrowing | undefined): string[] {
  if (narrow === undefined || narrow.text === 'below' || widthOf(text) <= width) return [text];
  if (narrow.text === 'shortened') return [narrow.shorten(text, width)];
  return wrapTo(text, width, { breaks: true });
}

const indent = 4;
const mostLinesBelow = 3;

/** The lines that a text takes below its row; a link stays whole, so that it can be opened. */
function linesBelow(text: string, room: number): string[] {
  if (text === '') return [];
  const columns = Math.max(1, room - indent);
  const isLink = /^https?:\/\/\S+$/.test(text);
  const shown = isLink ? text : cutTo(text, mostLinesBelow * columns, 'middle');
  return wrapTo(' '.repeat(indent) + shown, room, { indent, breaks: !isLink });
}

/** Gives how wide each column is, zero for one that is left out, and which texts stand below their rows. */
function layOut(
  natural: readonly number[],
  columns: readonly Column<never>[],
  room: number,
): { widths: number[]; below: number[] } {
  const texts = columns.flatMap(({ narrow }, index) => (narrow?.text === 'below' ? [index] : []));
  const beside = shrink(natural, columns, room, texts.length === 0 ? undefined : lastBesideText);
  if (texts.length === 0 || widthOfRow(beside) <= room)
    return { widths: widen(beside, natural, columns, room), below: [] };
  const without = natural.map((width, index) => (texts.includes(index) ? 0 : width));
  const widths = shrink(without, columns, room);
  return { widths: widen(widths, without, columns, room), below: texts };
}

/** No name is broken to keep a text beside it. */
const lastBesideText = 4;

/** Takes from the columns, step by step up to a rank, until they fit. */
function shrink(
  natural: readonly number[],
  columns: readonly Column<never>[],
  room: number,
  last = Number.POSITIVE_INFINITY,
): number[] {
  const widths = [...natural];
  const steps = columns
    .flatMap(({ narrow }, index) =>
      narrow === undefined || narrow.text === 'below'
        ? []
        : narrow.steps.map((step) => ({ ...step, index, isWhole: narrow.text === 'shortened' })),
    )
    .filter(({ rank }) => rank <= last)
    // Of one rank the last column comes first.
    .toSorted((one, other) => one.rank - other.rank || other.index - one.index);
  for (const { index, to, isWhole } of steps) {
    const over = widthOfRow(widths) - room;
    if (over <= 0) break;
    const now = widths[index] ?? 0;
    widths[index] = isWhole ? Math.min(to, now) : Math.max(Math.min(to, now), now - over);
  }
  return widths;
}

/** What was left out may have made more room than was needed: the narrowest columns grow first, and times last. */
function widen(
  narrowed: readonly number[],
  natural: readonly number[],
  columns: readonly Column<never>[],
  room: number,
): number[] {
  const widths = [...narrowed];
  const cut = columns.flatMap(({ narrow }, index) => {
    const isCut = narrow !== undefined && (widths[index] ?? 0) > 0 && widths[index] !== natural[index];
    return isCut ? [{ index, narrow, now: () => widths[index] ?? 0, whole: natural[index] ?? 0 }] : [];
  });
  const texts = cut.filter(({ narrow }) => narrow.text === 'wrapped');
  for (let left = room - widthOfRow(widths); left > 0; left--) {
    const [narrowest] = texts
      .filter(({ now, whole }) => now() < whole)
      .sort((one, other) => one.now() - other.now());
    if (narrowest === undefined) break;
    widths[narrowest.index] = narrowest.now() + 1;
  }
  for (const { index, narrow, now, whole } of cut) {
    if (narrow.text !== 'shortened') continue;
    const most = now() + room - widthOfRow(widths);
    const wider = [whole, ...narrow.steps.map(({ to }) => to)].filter((to) => to <= most);
    widths[index] = Math.max(now(), ...wider.map((to) => Math.min(to, whole)));
  }
  return widths;
}

function widthOfRow(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + gap * (shown.length - 1);
}
