import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLineRange, writeLineRange } from '../../../../web/parts/log/lineRange.ts';
import { readLines } from '../../../../web/parts/log/readLines.ts';

const pieces = fc.constantFrom(
  '\u001b[31m',
  '\u001b[2J',
  '\u001b]8;;https://evil.example\u0007',
  '\u001b]8;;\u001b\\',
  '\u001b]0;title',
  '\u001bP1$q',
  '\u009b31m',
  '\u001b',
  '\u0000',
  '\b',
  '\u007f',
  '\u202e',
  '\u2066',
  '\u200f',
  '\r',
  '\r\n',
  '\n',
  '\t',
  'text',
  '<b>&amp;',
);
const hostile = fc
  .array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 40 })
  .map((parts) => parts.join(''));

/** What no line may hold: control characters but tabs, and what turns the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
const acted = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]|\p{Bidi_Control}/u;

describe('What a command printed', () => {
  it('is shown without anything that a terminal or a browser would act on, whatever it is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(readLines(text).filter((line) => acted.test(line))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every line as it is where it is plain text', () => {
    const line = fc.string({ unit: fc.constantFrom(...'abc <>&"\t\u00e9\u4e2d'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        expect(readLines(lines.join(end) + end)).toEqual(lines);
      }),
    );
  });

  it('shows what turns the direction of writing by its number, and a progress bar line by line', () => {
    expect(readLines('\u001b[32mok\u001b[0m \u202egnp.exe\n10 %\r20 %\r\ndone')).toEqual([
      'ok [U+202E]gnp.exe',
      '10 %',
      '20 %',
      'done',
    ]);
    expect(readLines('')).toEqual([]);
  });
});

describe('The address of lines', () => {
  it('is read as it was written, in either order', () => {
    const line = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(line, line, (one, other) => {
        const range = { from: Math.min(one, other), to: Math.max(one, other) };
        expect(readLineRange(writeLineRange(range))).toEqual(range);
        expect(readLineRange(`#L${one}-L${other}`)).toEqual(range);
      }),
    );
  });

  it.each(['', '#', '#L', '#Lx', '#L1-', '#section', '#L99999999'])('%j marks none', (hash) => {
    expect(readLineRange(hash)).toBeUndefined();
  });
});
