import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CellKind, CsvCells } from '../../../domain/tasks/csvCells.ts';

/** Sends PostgreSQL's CSV through in pieces of these sizes. */
async function convert(kinds: CellKind[], csv: string, sizes: number[] = [1 << 16]): Promise<string> {
  const cells = new CsvCells(kinds);
  const bytes = Buffer.from(csv);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    cells.write(bytes.subarray(at, at + size));
    at += size;
  }
  cells.end();
  return Buffer.concat(await cells.toArray()).toString('utf8');
}

/** Writes cells as PostgreSQL's COPY does: quoted when needed, null as nothing. */
function asPostgres(rows: (string | null)[][]): string {
  const cell = (value: string | null) => {
    if (value === null) return '';
    return value === '' || /[",\r\n]/.test(value) || value === '\\.'
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 130 }).filter((value) => value.isWellFormed()),
  fc.string({
    unit: fc.constantFrom('"', ',', '\r', '\n', '=', 'a', '🦉', '\t', '-', '＝', '＠', '！', '夜'),
    maxLength: 130,
  }),
);

describe('the CSV of PostgreSQL, put into shape as it passes', () => {
  it('ends lines with CRLF, except inside of quotes', async () => {
    expect(await convert(['plain', 'text'], 'a,b\n1,"x\ny\r\nz"\n2,\n')).toBe(
      'a,b\r\n1,"x\ny\r\nz"\r\n2,\r\n',
    );
  });

  it('writes times as ISO 8601 in UTC, with three digits of a fraction or none', async () => {
    const csv = 't\n2025-01-15 02:30:00+00\n2025-01-15 02:30:00.5+00\n2025-01-15 02:30:00.123+00\n\n';
    expect(await convert(['time'], csv)).toBe(
      't\r\n2025-01-15T02:30:00Z\r\n2025-01-15T02:30:00.500Z\r\n2025-01-15T02:30:00.123Z\r\n\r\n',
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@a',
    '＝1',
    '＋1',
    '－1',
    '＠a',
    '\ta',
    '"\ra"',
    '"\n=a"',
    '"＝a,b"',
    '"=a,b"',
    '"=""a"""',
  ])('puts an apostrophe in front of %j', async (cell) => {
    const guarded = cell.startsWith('"') ? `"'${cell.slice(1)}` : `'${cell}`;
    expect(await convert(['text'], `t\n${cell}\n`)).toBe(`t\r\n${guarded}\r\n`);
  });

  it('leaves headers and cells of no text alone', async () => {
    expect(await convert(['plain', 'text'], '-a,=b\n-1,b\n')).toBe('-a,=b\r\n-1,b\r\n');
  });

  it.each([
    ['a'.repeat(100), 'a'.repeat(100)],
    ['a'.repeat(101), `${'a'.repeat(100)}...`],
    ['🦉'.repeat(101), `${'🦉'.repeat(100)}...`],
  ])('cuts an excerpt to 100 characters: %#', async (given, expected) => {
    expect(await convert(['excerpt'], `t\n${given}\n`)).toBe(`t\r\n${expected}\r\n`);
  });

  it('counts a doubled quote as one character', async () => {
    const quotes = '""'.repeat(100);
    expect(await convert(['excerpt'], `t\n"${quotes}"\n`)).toBe(`t\r\n"${quotes}"\r\n`);
    expect(await convert(['excerpt'], `t\n"${quotes}"""\n`)).toBe(`t\r\n"${quotes}..."\r\n`);
  });

  it('gives the same bytes however the stream is cut, and they read as the cells that were written', async () => {
    const rows = fc.array(fc.tuple(fc.option(text), fc.option(text)), { maxLength: 6 });
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rows, sizes, async (cells, cuts) => {
        const given = cells.map(([first, second], index) => [
          String(index),
          first,
          second === null ? null : [...second].slice(0, 101).join(''),
        ]);
        const csv = asPostgres([['id', 'text', 'excerpt'], ...given]);
        const kinds: CellKind[] = ['plain', 'text', 'excerpt'];
        const whole = await convert(kinds, csv);
        expect(await convert(kinds, csv, cuts)).toBe(whole);
        const expected = given.map(([id, first, second]) => [id, guard(first), guard(cut(second))]);
        expect(parse(whole).slice(1)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

function cut(value: string | null | undefined): string {
  const characters = [...(value ?? '')];
  return characters.length > 100 ? `${characters.slice(0, 100).join('')}...` : (value ?? '');
}

function guard(value: string | null | undefined): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(value ?? '') ? `'${value}` : (value ?? '');
}

/** Reads RFC 4180 strictly: CRLF line ends, quotes only around whole cells, doubled inside. */
function parse(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < csv.length) {
    const match = /"((?:[^"]|"")*)"(,|\r\n)|([^",\r\n]*)(,|\r\n)/y;
    match.lastIndex = at;
    const found = match.exec(csv);
    if (!found) throw new Error(`no cell at ${at}: ${JSON.stringify(csv.slice(at, at + 40))}`);
    row.push(found[1]?.replaceAll('""', '"') ?? found[3] ?? '');
    if ((found[2] ?? found[4]) === '\r\n') {
      rows.push(row);
      row = [];
    }
    at = match.lastIndex;
  }
  return rows;
}
