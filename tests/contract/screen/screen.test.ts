import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShownRow } from '../../../contract/screen/row.ts';
import { createScreen, screenText } from '../../../contract/screen/screen.ts';
import { createControlReader } from '../../../contract/text/controlReader.ts';
import { sized } from '../../support/form.ts';
import { growthOf } from '../../support/growth.ts';

const esc = '\u001b';
const shown = (pieces: readonly string[]) => {
  const rows: ShownRow[] = [];
  const screen = createScreen({ onRow: (row) => rows.push(row) });
  const reader = createControlReader(screen);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  screen.end();
  return { text: rows.flatMap(({ text }) => text ?? []).join('\n'), bottom: screen.bottom() };
};

interface Grid {
  rows: string[][];
  row: number;
  column: number;
}

const rowOf = ({ rows, row }: Grid) => rows[row] ?? [];
function write(grid: Grid, letters: string): void {
  const cells = rowOf(grid);
  for (const letter of letters) {
    while (cells.length < grid.column) cells.push(' ');
    cells[grid.column] = letter;
    grid.column += 1;
  }
}
function nextLine(grid: Grid): void {
  grid.row += 1;
  grid.column = 0;
  grid.rows[grid.row] ??= [];
}

describe('A screen', () => {
  it.each([
    ['a bar that goes back by backspaces', '[    ]\b\b\b\b\b==\b\b==== done\n', '[==== done'],
    ['a spinner', `work -\b\\\b|\b/\b \nnext\n`, 'work\nnext'],
    ['a shorter line over a longer one', 'loading 100 %\rdone\n', 'doneing 100 %'],
    ['a shorter line with blanks over a longer one', 'bc\ra \nde\rfgh  \n', 'a\nfgh'],
    ['a line that is erased first', `loading 100 %\r${esc}[Kdone\n`, 'done'],
    ['a line that is erased whole', `loading${esc}[2K${esc}[1Gdone\n`, 'done'],
    ['what stands before the cursor erased', `abcdef${esc}[3G${esc}[1K\n`, '   def'],
    ['a column', `name${esc}[11Gvalue\n`, 'name      value'],
    ['moves to both sides', `abc${esc}[2Dx${esc}[2Cy\n`, 'axc y'],
    ['rows drawn again', `a 1\nb 1\n${esc}[2Aa 2\nb 2\nend\n`, 'a 2\nb 2\nend'],
    ['a row drawn from below', `a\nb\nc${esc}[2A\rA${esc}[2B\rC\n`, 'A\nb\nC'],
    ['rows erased from the cursor on', `a\nb\nc\n${esc}[3A${esc}[Jx\n`, 'x'],
    ['rows erased one by one', `a\nb\n${esc}[2K${esc}[1A${esc}[2K${esc}[1A${esc}[2K${esc}[Gx\n`, 'x'],
    ['rows erased at the end', `a\nb\n${esc}[1A${esc}[2K`, 'a'],
    ['rows up to a line begun', `one\ntwo\n${esc}[1F${esc}[K2\n`, 'one\n2'],
    ['a place that is gone back to', `a ${esc}7 0 %${esc}8 9 %\n`, 'a  9 %'],
    ['a screen that is cleared', `a\n${esc}[H${esc}[2Jb\n`, 'a\nb'],
    ['wide letters', `夜夜x\b\b\bab\n`, '夜abx'],
    ['half of a wide letter overwritten', `夜x\ry\n`, 'y x'],
    ['accents of their own', `e\u0301a\bo\n`, 'e\u0301o'],
    ['a tab', `a\tb${esc}[9Gc\n`, 'a\tc'],
    ['a tab overwritten', `a\tb${esc}[3Gc\n`, 'a c     b'],
    ['plain lines', 'a\r\nb  \r\n\r\nc', 'a\nb  \n\nc'],
  ])('shows %s as a terminal does', (_, text, expected) => {
    expect(screenText(text)).toBe(expected);
  });

  const link = (address: string, text: string) => `${esc}]8;id=1;${address}${esc}\\${text}${esc}]8;;${esc}\\`;

  it.each([
    ['a text', link('https://e.org/9', '#9'), '#9 (https://e.org/9)'],
    ['its address', link('https://e.org/9', 'https://e.org/9'), 'https://e.org/9'],
    ['its address, written otherwise', link('https://e.org/', 'https://E.org'), 'https://E.org'],
    ['a text and columns behind it', `${link('https://e.org', 'ab')}${esc}[5Gc`, 'ab (https://e.org)  c'],
    ['a text that is overwritten', `${link('https://e.org', 'ab')}\rcd`, 'cd'],
    ['nothing', link('https://e.org', ''), ''],
    ['no end', `${esc}]8;;https://e.org\u0007text`, 'text (https://e.org)'],
    [
      'another behind it',
      `${link('https://e.org/1', 'a')} ${link('https://e.org/2', 'b')}`,
      'a (https://e.org/1) b (https://e.org/2)',
    ],
    ['a text over two lines', link('https://e.org', 'a\nb'), 'a\nb (https://e.org)'],
  ])('keeps the address of a link that shows %s', (_, text, expected) => {
    expect(screenText(text)).toBe(expected);
  });

  const pieces = fc.array(
    fc.constantFrom(
      'a',
      'bc',
      '夜',
      'e\u0301',
      '\t',
      ' ',
      '\n',
      '\r',
      '\b',
      `${esc}7`,
      `${esc}8`,
      ...['A', '2A', 'B', 'C', '3D', 'G', '4G', 'K', '1K', '2K', 'J', '2J', 'H', '99999C'].map(
        (code) => `${esc}[${code}`,
      ),
      link('https://e.org', 'x'),
      `${esc}]8;;https://e.org\u0007`,
      `${esc}]8;;\u0007`,
    ),
    { maxLength: 60 },
  );

  it('shows the same however the text was cut, and nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        const whole = shown([text]);
        expect(shown(text.split(''))).toEqual(whole);
        expect(whole.text).not.toMatch(/(?![\t\n])\p{Cc}/u);
      }),
      { numRuns: sized({ short: 700, full: 2000 }) },
    );
  });

  it('shows the same of floods of lines, whether they come at once or bit by bit', () => {
    const flood = fc.array(fc.constantFrom('', 'a', 'bc', 'x'.repeat(200), 'y'.repeat(1500), '夜', 'p\rq'), {
      minLength: 90,
      maxLength: 260,
    });
    const acts = fc.constantFrom(
      `${esc}[A`,
      `${esc}[150A`,
      `${esc}[99B`,
      `${esc}[5G`,
      `${esc}[J`,
      `${esc}7`,
      `${esc}8`,
      'z',
    );
    const parts = fc.array(
      fc.oneof(
        flood.map((lines) => lines.join('\n')),
        acts,
        fc.constant('\n'),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(parts, (pieces) => {
        const text = pieces.join('');
        expect(shown([text])).toEqual(shown(text.split('')));
      }),
      { numRuns: sized({ short: 40, full: 150 }) },
    );
  });

  it('draws as a plain grid of letters does', () => {
    const text = fc.constantFrom('x', 'yz', '0').map((letters) => ({
      code: letters,
      act: (grid: Grid) => write(grid, letters),
    }));
    const to = fc.nat({ max: 12 }).map((column) => ({
      code: `${esc}[${column + 1}G`,
      act(grid: Grid) {
        grid.column = column;
      },
    }));
    const up = fc.integer({ min: 1, max: 4 }).map((rows) => ({
      code: `${esc}[${rows}A`,
      act(grid: Grid) {
        grid.row = Math.max(0, grid.row - rows);
      },
    }));
    const down = fc.constant({ code: '\n', act: nextLine });
    const erase = fc.constant({
      code: `${esc}[K`,
      act: (grid: Grid) => void rowOf(grid).splice(grid.column),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(text, to, up, down, erase), { maxLength: 80 }), (steps) => {
        const grid: Grid = { rows: [[]], row: 0, column: 0 };
        for (const { act } of steps) act(grid);
        const expected = grid.rows.map((cells) => cells.join('').trimEnd()).join('\n');
        expect(screenText(steps.map(({ code }) => code).join('')).trimEnd()).toBe(expected.trimEnd());
      }),
      { numRuns: sized({ short: 700, full: 2000 }) },
    );
  });

  it('hands out what is below as its last line', () => {
    expect(shown([`a\nwhy\n\n${esc}[3AA\n`]).bottom).toBe('why');
    expect(shown([`why\n${'\n'.repeat(300)}`]).bottom).toBe('why');
  });

  it('keeps the text of lines too long to draw on, and lets them begin again', () => {
    const long = 'x'.repeat(5000);
    expect(screenText(`${long}\b\b${esc}[3Gend\n`)).toBe(`${long}end`);
    expect(screenText(`${long}\rdone\n`)).toBe('done');
    expect(screenText(`${esc}[2C${long}`)).toBe(`  ${long}`);
    expect(shown([`${'y'.repeat(100_000)}\n`]).text).toContain('characters left out');
  });

  it('erases long rows again and again without a step for each of their columns', () => {
    const row = 'x'.repeat(1000);
    const timeOf = (text: string) => {
      const begin = performance.now();
      screenText(text);
      return performance.now() - begin;
    };
    const shorter = `${'x'.repeat(20)}${`${esc}[D${esc}[1K`.repeat(20_000)}`;
    const longer = `${row}${`${esc}[D${esc}[1K`.repeat(20_000)}`;
    timeOf(shorter);
    expect(timeOf(longer)).toBeLessThan(30 * timeOf(shorter));
  });

  it.each([
    ['backspaces', 'x\b'],
    ['rows drawn again', `${esc}[50Ax\n\n`],
    ['rows at the far right', `${esc}[999C${esc}[999Cx\n`],
    ['marks', '\u0301'],
    ['links', link(`https://e.org/${'a'.repeat(300)}`, 'x')],
    ['columns erased', `${esc}[200Gx${esc}[K${esc}[2K`],
    ['long rows drawn on', `${'x'.repeat(1000)}\n${esc}[A${esc}[Gy${esc}[B\n`],
    ['returns', 'abc\r'],
  ])('takes time in proportion to the length of %s', (_, piece) => {
    expect(growthOf((size) => piece.repeat(size / 10), screenText)).toBeLessThan(1.5);
  });
});
