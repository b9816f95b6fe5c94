import { cutTo, padTo, widthOf, wrapTo } from '../../contract/textWidth.ts';
import { trimEndOf } from '../../contract/trimCharacters.ts';
import { lineOf, paint, type Terminal, withoutColours } from '../terminal.ts';

/** One column of a table: its head and what it shows of a row. */
export interface Column<Row> {
  head: string;
  show(row: Row): string;
  /** How it gives room on a narrow terminal; a column that says nothing is never cut. */
  narrow?: Narrowing;
}

/** How a column gives room: in steps, and with what becomes of a text that is wider than what is left. */
export interface Narrowing {
  /** Steps of lower rank come first, over all columns. Each leaves so many columns of the terminal; none leaves it out. */
  steps: readonly { rank: number; to: number }[];
  text: 'cutAtEnd' | 'cutInMiddle' | 'wrapped';
}

/** A time: its seconds go first, and where little room is the time of day and then the whole of it. */
export const narrowTime: Narrowing = {
  text: 'cutAtEnd',
  steps: [
    { rank: 1, to: 17 },
    { rank: 4, to: 11 },
    { rank: 6, to: 0 },
  ],
};

/** A name or an id that is shown beside what people act by. */
export const narrowName: Narrowing = {
  text: 'cutInMiddle',
  steps: [
    { rank: 7, to: 20 },
    { rank: 9, to: 14 },
    { rank: 11, to: 8 },
  ],
};

/** A name that is the least of what there is to know, and goes altogether where only little room is. */
export function leastName(rank: number): Narrowing {
  return { ...narrowName, steps: [...narrowName.steps, { rank, to: 0 }] };
}

/** A reason, a note or a link: its end says as much as its beginning. */
export const narrowText: Narrowing = {
  text: 'cutInMiddle',
  steps: [
    { rank: 2, to: 30 },
    { rank: 5, to: 24 },
    { rank: 8, to: 16 },
    { rank: 12, to: 0 },
  ],
};

/** What is nice to know, and shown where there is room for all of it. */
export const narrowDetail: Narrowing = { text: 'cutAtEnd', steps: [{ rank: 3, to: 0 }] };

/** What must be read whole, over several lines if need be. */
export const narrowWrapped: Narrowing = {
  text: 'wrapped',
  steps: [
    { rank: 4, to: 20 },
    { rank: 10, to: 14 },
    { rank: 11, to: 10 },
  ],
};

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
  const natural = columns.map(({ head }, index) =>
    Math.max(widthOf(head), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const widths = fitColumns(natural, columns, stream.columns || 80);
  const shown = columns.flatMap(({ head, narrow }, index) => {
    const width = widths[index] ?? 0;
    return width === 0 ? [] : [{ index, head: cutTo(head, width), narrow, width }];
  });
  const draw = (texts: readonly string[]) =>
    trimEndOf(shown.map(({ width }, at) => padTo(texts[at] ?? '', width)).join(' '.repeat(gap)), ' ');
  const lines = cells.flatMap((row) => {
    const parts = shown.map(({ index, narrow, width }) => linesOf(row[index] ?? '', width, narrow));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => draw(parts.map((texts) => texts[line] ?? '')));
  });
  return [draw(shown.map(({ head }) => paint('bold', head, stream))), ...lines].join('\n');
}

/** The lines that a cell takes in a column. */
function linesOf(text: string, width: number, narrow: Narrowing | undefined): string[] {
  if (narrow === undefined || widthOf(text) <= width) return [text];
  if (narrow.text === 'wrapped') return wrapTo(text, width, { breaks: true });
  return [cutTo(text, width, narrow.text === 'cutInMiddle' ? 'middle' : 'end')];
}

/** Takes from the columns, step by step, until they fit; zero is a column that is left out. */
function fitColumns(natural: readonly number[], columns: readonly Column<never>[], room: number): number[] {
  const widths = [...natural];
  const steps = columns
    .flatMap(({ narrow }, index) =>
      (narrow?.steps ?? []).map((step) => {
        // Half an hour says nothing.
        const isWhole = step.to === 0 || narrow?.text === 'cutAtEnd';
        return { ...step, index, isWhole };
      }),
    )
    // Of one rank the last column comes first.
    .toSorted((one, other) => one.rank - other.rank || other.index - one.index);
  for (const { index, to, isWhole } of steps) {
    const over = widthOfRow(widths) - room;
    if (over <= 0) break;
    const now = widths[index] ?? 0;
    widths[index] = isWhole ? Math.min(to, now) : Math.max(Math.min(to, now), now - over);
  }
  giveBack(widths, natural, columns, room);
  return widths;
}

/** What was left out may have made more room than was needed: the narrowest columns grow first, and times last. */
function giveBack(
  widths: number[],
  natural: readonly number[],
  columns: readonly Column<never>[],
  room: number,
): void {
  const cut = columns.flatMap(({ narrow }, index) => {
    const isCut = narrow !== undefined && (widths[index] ?? 0) > 0 && widths[index] !== natural[index];
    return isCut ? [{ index, narrow, now: () => widths[index] ?? 0, whole: natural[index] ?? 0 }] : [];
  });
  const texts = cut.filter(({ narrow }) => narrow.text !== 'cutAtEnd');
  for (let left = room - widthOfRow(widths); left > 0; left--) {
    const [narrowest] = texts
      .filter(({ now, whole }) => now() < whole)
      .sort((one, other) => one.now() - other.now());
    if (narrowest === undefined) break;
    widths[narrowest.index] = narrowest.now() + 1;
  }
  for (const { index, narrow, now, whole } of cut.filter(({ narrow }) => narrow.text === 'cutAtEnd')) {
    const most = now() + room - widthOfRow(widths);
    const wider = [whole, ...narrow.steps.map(({ to }) => to)].filter((to) => to <= most);
    widths[index] = Math.max(now(), ...wider.map((to) => Math.min(to, whole)));
  }
}

function widthOfRow(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + gap * (shown.length - 1);
}
