import { Writable } from 'node:stream';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import {
  narrowClock,
  narrowDetail,
  narrowId,
  narrowName,
  narrowText,
  narrowTime,
  narrowWrapped,
} from '../../../orchestrator/cli/narrowing.ts';
import { type Column, toTable } from '../../../orchestrator/cli/table.ts';
import { paint, type Terminal, withoutColours } from '../../../orchestrator/terminal.ts';

interface Row {
  id: string;
  name: string;
  status: string;
  time: string;
  took: string;
  text: string;
}

function terminal(columns: number): Terminal {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  return Object.assign(stream, { isTTY: true, columns, getColorDepth: () => 8 }) as unknown as Terminal;
}

const pipe = new Writable({ write: (_chunk, _encoding, done) => done() }) as Terminal;

function columnsOf(stream: Terminal): Column<Row>[] {
  return [
    { head: 'ID', show: ({ id }) => id },
    { head: 'NAME', show: ({ name }) => name, narrow: narrowName },
    { head: 'STATUS', show: ({ status }) => paint('green', status, stream) },
    { head: 'TIME', show: ({ time }) => time, narrow: narrowTime },
    { head: 'TOOK', show: ({ took }) => took, narrow: narrowDetail },
    { head: 'TEXT', show: ({ text }) => text, narrow: narrowText },
  ];
}

const rowOf = (given: Partial<Row> = {}): Row => ({
  id: '12345',
  name: 'seo.validate',
  status: 'awaiting approval',
  time: '2025-01-15 02:30:00Z',
  took: '1.2s',
  text: 'https://github.com/user/repo/pull/123',
  ...given,
});

function linesOf(rows: readonly Row[], columns: number): string[] {
  const stream = terminal(columns);
  return withoutColours(toTable(rows, columnsOf(stream), stream)).split('\n');
}

const recent = `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)} 02:30:54Z`;

const characters = fc.constantFrom('a', ' ', '.', '漢', '👩‍👩‍👧', '🇩🇪', 'e\u0301', '한', 'ﬀ', '\t');
const words = fc.array(characters, { maxLength: 70 }).map((parts) => `x${parts.join('')}x`);

describe('A table on a terminal', () => {
  it('is never wider than it, whatever its texts are, and cuts no number and no status', () => {
    const rows = fc.array(
      fc.record({ name: words, text: words, time: fc.constant('2025-01-15 02:30:00Z') }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(rows, fc.integer({ min: 45, max: 200 }), (given, columns) => {
        const lines = linesOf(given.map(rowOf), columns);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        const first = lines.filter((line) => /^12345 .* {2}awaiting approval/u.test(line));
        expect(first).toHaveLength(given.length);
      }),
    );
  });

  it('shortens times and leaves out details first, then puts texts below their rows, and breaks names last', () => {
    const at = (columns: number) => linesOf([rowOf({ time: recent })], columns).slice(1);
    expect(at(110)).toEqual([
      `12345  seo.validate  awaiting approval  ${recent}  1.2s  https://github.com/user/repo/pull/123`,
    ]);
    expect(at(102)).toEqual([
      `12345  seo.validate  awaiting approval  ${recent.slice(0, 16)}  1.2s  https://github.com/user/repo/pull/123`,
    ]);
    expect(at(80)).toEqual([
      `12345  seo.validate  awaiting approval  ${recent}  1.2s`,
      '    https://github.com/user/repo/pull/123',
    ]);
    expect(at(55)).toEqual([
      `12345  seo.validate  awaiting approval  ${recent.slice(5, 16)}`,
      '    https://github.com/user/repo/pull/123',
    ]);
    expect(at(48)).toEqual([
      `12345  seo.       awaiting approval  ${recent.slice(5, 16)}`,
      '       validate',
      '    https://github.com/user/repo/pull/123',
    ]);
  });

  it('keeps the time of day, in a run that is of one day alone, and the year of what is long ago', () => {
    const at = (time: string, narrow: Column<string>['narrow'], columns: number) => {
      const stream = terminal(columns);
      const column = { head: 'T', show: (text: string) => text, ...(narrow && { narrow }) };
      return withoutColours(toTable([time], [column], stream)).split('\n')[1];
    };
    expect(at(recent, narrowTime, 12)).toBe(recent.slice(5, 16));
    expect(at('2015-01-15 02:30:00Z', narrowTime, 16)).toBe('2015-01-15 02:30');
    expect(at('2015-01-15 02:30:00Z', narrowTime, 12)).toBe('2015-01-15');
    expect(at('2015-01-15 02:30:54Z', narrowClock, 12)).toBe('02:30:54');
  });

  it('shows as much of an id as names it', () => {
    const id = '0b6d7a1e-5c1f-4f0e-9d52-3f2f6f1f7c11';
    const columns: Column<string>[] = [
      { head: 'ID', show: (text) => text, narrow: narrowId },
      { head: 'NAME', show: () => 'a name', narrow: narrowName },
    ];
    const at = (width: number) => withoutColours(toTable([id], columns, terminal(width))).split('\n')[1];
    expect(at(44)).toBe(`${id}  a name`);
    expect(at(43)).toBe('0b6d7a1e  a name');
    expect(toTable([id], columns, pipe)).toContain(id);
  });

  it('breaks names behind the signs that part them, and keeps a link whole that is wider than the terminal', () => {
    const text = `https://github.com/user/${'repo'.repeat(10)}/pull/123`;
    const lines = linesOf([rowOf({ name: 'nightly-2025-01-15', time: recent, text })], 50).slice(1);
    expect(lines).toEqual([
      `12345  nightly-     awaiting approval  ${recent.slice(5, 16)}`,
      '       2025-01-15',
      `    ${text}`,
    ]);
  });

  it('measures what a character takes, not how many there are', () => {
    const lines = linesOf([rowOf({ name: '漢字漢字' }), rowOf({ name: 'e\u0301e\u0301' })], 120);
    expect(lines[1]).toContain('漢字漢字  awaiting');
    expect(lines[2]).toContain('e\u0301e\u0301        awaiting');
  });

  it('breaks what must be read whole between words, and every line stands under its head', () => {
    const stream = terminal(50);
    const columns: Column<string>[] = [
      { head: 'A', show: () => 'fixed' },
      { head: 'B', show: (text) => text, narrow: narrowWrapped },
      { head: 'C', show: () => 'the last one, which is long', narrow: narrowWrapped },
    ];
    const lines = withoutColours(toTable(['some words and more of them'], columns, stream)).split('\n');
    expect(lines).toEqual([
      'A      B                      C',
      'fixed  some words and more    the last one, which',
      '       of them                is long',
    ]);
  });
});

describe('A table in a pipe', () => {
  it('is one line a row with a tab between the columns, whole, without colours, and with every column', () => {
    const text = 'a reason\nof two lines\twith a tab '.repeat(20);
    const lines = toTable([rowOf({ text }), rowOf({ text: '' })], columnsOf(pipe), pipe).split('\n');
    expect(lines[0]).toBe('ID\tNAME\tSTATUS\tTIME\tTOOK\tTEXT');
    expect(lines).toHaveLength(3);
    expect(lines.map((line) => line.split('\t').length)).toEqual([6, 6, 6]);
    expect(lines[1]).toContain('a reason of two lines with a tab '.repeat(20));
    expect(lines[2]).toBe('12345\tseo.validate\tawaiting approval\t2025-01-15 02:30:00Z\t1.2s\t');
  });
});
