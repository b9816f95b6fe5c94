import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoFromTimestamptz, textParser } from '../../database/textTypes.ts';

describe('The text of a timestamptz', () => {
  it('becomes ISO-8601 in UTC with three digits of fraction or none', () => {
    expect(isoFromTimestamptz('2025-01-15 02:30:00+00')).toBe('2025-01-15T02:30:00Z');
    expect(isoFromTimestamptz('2025-01-15 02:30:00.5+00')).toBe('2025-01-15T02:30:00.500Z');
    expect(isoFromTimestamptz('2025-01-15 02:30:00.12+00')).toBe('2025-01-15T02:30:00.120Z');
    expect(isoFromTimestamptz('2025-01-15 02:30:00.123456+00')).toBe('2025-01-15T02:30:00.123Z');
  });

  it('stays as it is when no ISO-8601 text can say it', () => {
    for (const text of ['infinity', '-infinity', '0044-03-15 12:00:00+00 BC', '']) {
      expect(isoFromTimestamptz(text)).toBe(text);
    }
    expect(isoFromTimestamptz('10000-01-01 00:00:00+00')).toBe('10000-01-01 00:00:00+00');
  });

  it('means the same moment, for every moment that a Date holds between the years 1 and 9999', () => {
    const dates = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        // PostgreSQL leaves out the zeros at the end of a fraction.
        const text = date
          .toISOString()
          .replace('T', ' ')
          .replace(/\.?0*Z$/, '+00');
        expect(new Date(isoFromTimestamptz(text)).getTime()).toBe(date.getTime());
      }),
    );
  });
});

describe('The text of a whole number', () => {
  it('becomes a number as long as a number can hold it', () => {
    const parse = textParser(20);
    expect(parse?.('-42')).toBe(-42);
    expect(parse?.('9007199254740991')).toBe(9007199254740991);
    expect(parse?.('9007199254740993')).toBe('9007199254740993');
  });
});
