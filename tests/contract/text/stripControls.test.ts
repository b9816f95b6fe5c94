import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createControlReader } from '../../../contract/text/controlReader.ts';
import { stripControls } from '../../../contract/text/stripControls.ts';
import { sized } from '../../support/form.ts';
import { growthOf } from '../../support/growth.ts';

const esc = '\u001b';

describe('Taking control characters out', () => {
  it.each([
    ['a colour', `${esc}[1;31mred${esc}[0m`, 'red'],
    ['a colour in its one-character form', '\u009b31mred', 'red'],
    ['a link of a terminal', `${esc}]8;;https://e.org${esc}\\text${esc}]8;;\u0007`, 'text'],
    ['a title', 'a\u009d0;title\u009cb', 'ab'],
    ['an image', `a${esc}Pq#0;2;0;0;0${esc}\\b`, 'ab'],
    ['a character set', `${esc}(Ba${esc}#8b`, 'ab'],
    ['a reset', `${esc}ca${esc}7b`, 'ab'],
    ['controls', 'a\0b\u0008c\u007fd\u0085e', 'abcde'],
    ['nothing of tabs and line ends', 'a\tb\r\nc', 'a\tb\r\nc'],
    ['an escape alone', `a${esc}`, 'a'],
    ['an escape before a line end', `a${esc}\nb`, 'a\nb'],
  ])('takes out %s', (_, text, plain) => {
    expect(stripControls(text)).toBe(plain);
  });

  it.each([
    ['a title without an end', `${esc}]0;words\nnext`, '0;words\nnext'],
    ['a title in whose midst another begins', `${esc}]one${esc}]two\u0007`, 'one'],
    ['a colour in a title', `${esc}]one${esc}[0mtwo`, 'onetwo'],
    ['a sequence without a letter', `${esc}[31\nnext`, '31\nnext'],
    ['a title that is too long', `${esc}]${'x'.repeat(5000)}\u0007`, 'x'.repeat(5000)],
    ['a title at the very end', `${esc}]words`, 'words'],
  ])('hides no text behind %s', (_, text, plain) => {
    expect(stripControls(text)).toBe(plain);
  });

  it('gives the same however the text was cut', () => {
    const piece = fc.constantFrom(
      esc,
      '[',
      ']',
      '\\',
      'P',
      '\u0007',
      '\u009c',
      '\u009b',
      '0;',
      'm',
      'ä',
      '😀',
      '\n',
      '\r',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 8 }), (parts, cuts) => {
        const text = parts.join('');
        const places = cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b);
        let out = '';
        const reader = createControlReader({
          text(piece) {
            out += piece;
          },
        });
        for (const [index, start] of [0, ...places].entries())
          reader.push(text.slice(start, places[index] ?? text.length));
        reader.end();
        expect(out).toBe(stripControls(text));
      }),
      { numRuns: sized({ short: 700, full: 2000 }) },
    );
  });

  it('leaves no control character of any text', () => {
    const unit = fc.integer({ min: 0, max: 0xa0 }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        expect(stripControls(text)).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
      }),
      { numRuns: sized({ short: 700, full: 2000 }) },
    );
  });

  it.each([
    ['beginnings of titles', `${esc}]`],
    ['beginnings of titles in one character', '\u009d'],
    ['beginnings of colours', `${esc}[`],
    ['parameters', `${esc}[1;`],
    ['semicolons', ';1'],
    ['escapes', esc],
    ['strings that are not ended', `${esc}Px`],
  ])('takes time in proportion to the length of %s', (_, piece) => {
    expect(growthOf((size) => `${esc}]${piece.repeat(size)}`, stripControls)).toBeLessThan(1.5);
  });
});
