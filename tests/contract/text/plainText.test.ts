import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlain, oneLine, printable, printableJson } from '../../../contract/text/plainText.ts';
import { slackText } from '../../../contract/text/slackText.ts';
import { hostileCharacters } from '../../support/hostileText.ts';

const any = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom(...hostileCharacters.map(([, one]) => one)),
    ),
  )
  .map((parts) => parts.join(''));

describe('Text from outside', () => {
  it.each(hostileCharacters)('is no name with %s', (_what, character) => {
    expect(isPlain(`a${character}b`)).toBe(false);
    expect(isPlain('nächtlich-夜-🦉 1')).toBe(true);
  });

  it('is shown on a terminal without anything that a terminal acts on but tabs and line ends', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(printable(text).replace(/[\t\n]|\r\n/g, '')).not.toMatch(
          /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u,
        );
        expect(printable(text).isWellFormed()).toBe(true);
      }),
    );
    expect(printable('\u001b]0;title\u0007a\u001b[8mb\u202ec\rd\r\ne\u2028f')).toBe('abcd\r\ne\nf');
  });

  it('is one line where a line says one fact', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(isPlain(oneLine(text))).toBe(true);
      }),
    );
    expect(oneLine('night\nDecide: https://evil.example')).toBe('night Decide: https://evil.example');
    expect(slackText('a\n<!channel> & <https://evil.example|Decide>')).toBe(
      'a &lt;!channel&gt; &amp; &lt;https://evil.example|Decide&gt;',
    );
  });

  it('reads the same from the JSON for programs, which holds nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(any, (text) => {
        const json = printableJson({ text }, 2);
        expect(JSON.parse(json)).toEqual({ text });
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      }),
    );
  });
});
