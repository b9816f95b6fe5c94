import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../../contract/text/duration.ts';
import { writeTime } from '../../../web/format/time.ts';
import { fromWallTime, toWallTime } from '../../../web/format/wallTime.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
];

describe('A moment', () => {
  it.each([
    ['2025-01-15T02:30:00Z', 'UTC', '2025-01-15 02:30 UTC'],
    ['2025-01-15T23:30:00Z', 'Europe/Berlin', '2025-01-16 00:30 CET'],
    ['2025-03-30T00:59:00Z', 'Europe/Berlin', '2025-03-30 01:59 CET'],
    ['2025-03-30T01:00:00Z', 'Europe/Berlin', '2025-03-30 03:00 CEST'],
    ['2025-10-26T00:30:00Z', 'Europe/Berlin', '2025-10-26 02:30 CEST'],
    ['2025-10-26T01:30:00Z', 'Europe/Berlin', '2025-10-26 02:30 CET'],
    ['2025-01-01T00:00:00Z', 'Asia/Kathmandu', '2025-01-01 05:45 GMT+5:45'],
    ['2024-12-31T12:00:00Z', 'Pacific/Kiritimati', '2025-01-01 02:00 GMT+14'],
  ])('%s is in %s written as %s', (at, zone, text) => {
    expect(writeTime(new Date(at), zone)).toBe(text);
  });

  it('has midnight as 00, and seconds where they are asked for', () => {
    expect(writeTime(new Date('2025-01-15T00:00:09Z'), 'UTC', { seconds: true })).toBe(
      '2025-01-15 00:00:09 UTC',
    );
  });
});

describe('What stands in a field for a time', () => {
  it.each([
    ['an hour that the clock leaves out is moved on', '2025-03-30T02:30', '2025-03-30T01:30:00.000Z'],
    ['of an hour that comes twice the first counts', '2025-10-26T02:30', '2025-10-26T00:30:00.000Z'],
    ['any other time is itself', '2025-07-01T12:00', '2025-07-01T10:00:00.000Z'],
  ])('is read by the clock of the zone: %s', (_what, text, at) => {
    expect(fromWallTime(text, 'Europe/Berlin')?.toISOString()).toBe(at);
  });

  it('is nothing where it is no time', () => {
    expect(fromWallTime('tomorrow', 'UTC')).toBeUndefined();
  });

  it('comes back as it was written, in every zone', () => {
    const first = Date.UTC(1990, 0, 1);
    const minutes = fc.integer({ min: 0, max: 60 * 366 * 24 * 60 });
    fc.assert(
      fc.property(minutes, fc.constantFrom(...zones), (minute, zone) => {
        const text = toWallTime(new Date(first + minute * 60_000), zone);
        const read = fromWallTime(text, zone);
        expect(read && toWallTime(read, zone)).toBe(text);
      }),
    );
  });
});

describe('A length of time', () => {
  it.each([
    [0, '0.0s'],
    [449, '0.4s'],
    [59_949, '59.9s'],
    [59_950, '1m 00s'],
    [245_000, '4m 05s'],
    [3_599_499, '59m 59s'],
    [3_600_000, '1h 00m'],
    [93_784_000, '26h 03m'],
  ])('of %i ms is written as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
