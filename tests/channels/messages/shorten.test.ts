import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten } from '../../../channels/messages/shorten.ts';
import { slackText } from '../../../contract/text/slackText.ts';

const part = fc.oneof(
  fc.constantFrom(
    '&',
    '<',
    '😀',
    'é',
    ' ',
    'word',
    '\n',
    'see https://example.org/a?b=c&d#e ',
    '(https://x.org/1)',
  ),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const texts = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(''));

describe('A text that is shortened', () => {
  it('fits, is the beginning of the text, and ends with an ellipsis where something is missing', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 120 }), (text, room) => {
        const short = shorten(text, room);
        expect(short.length).toBeLessThanOrEqual(room);
        expect(short.isWellFormed()).toBe(text.isWellFormed() || short.isWellFormed());
        if (text.length <= room) expect(short).toBe(text);
        else expect([short.endsWith('…'), text.startsWith(short.slice(0, -1))]).toEqual([true, true]);
      }),
    );
  });

  it('has each address whole or not at all', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 120 }), (text, room) => {
        const words = new Set(text.split(/\s+/));
        const kept = shorten(text, room).replace(/…$/, '').split(/\s+/);
        for (const word of kept) if (/https?:/.test(word)) expect(words).toContain(word);
      }),
    );
  });

  it('fits as its channel writes it', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 10, max: 120 }), (text, room) => {
        const line = text.replace(/\s/g, ' ');
        const width = (character: string) => slackText(character).length;
        expect(slackText(shorten(line, room, width)).length).toBeLessThanOrEqual(room);
      }),
    );
  });
});
