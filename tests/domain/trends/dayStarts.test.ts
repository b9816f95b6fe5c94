import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayStarts } from '../../../domain/trends/dayStarts.ts';
import { millisOf } from '../../../domain/trends/histogram.ts';
import { toRange } from '../../../domain/trends/range.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { dateIn } from './expected.ts';

const startsOf = (since: string, until: string, timezone: string) =>
  dayStarts(Date.parse(since), Date.parse(until), timezone).map((time) =>
    new Date(time).toISOString().slice(5, 16),
  );

describe('The days of a zone', () => {
  it('have 23 or 25 hours where the clocks change', () => {
    expect(startsOf('2025-03-29T12:00Z', '2025-03-31T12:00Z', 'Europe/Berlin')).toEqual([
      '03-28T23:00',
      '03-29T23:00',
      '03-30T22:00',
      '03-31T22:00',
    ]);
    expect(startsOf('2025-10-26T12:00Z', '2025-10-26T13:00Z', 'Europe/Berlin')).toEqual([
      '10-25T22:00',
      '10-26T23:00',
    ]);
  });

  it('begin at one where midnight is left out, and at the first of two midnights', () => {
    expect(startsOf('2018-11-03T12:00Z', '2018-11-04T12:00Z', 'America/Sao_Paulo')).toEqual([
      '11-03T03:00',
      '11-04T03:00',
      '11-05T02:00',
    ]);
    expect(startsOf('2025-11-02T12:00Z', '2025-11-02T12:01Z', 'America/Havana')).toEqual([
      '11-02T04:00',
      '11-03T05:00',
    ]);
  });

  it('pass over a day that the zone left out', () => {
    expect(startsOf('2011-12-29T12:00Z', '2011-12-31T12:00Z', 'Pacific/Apia')).toEqual([
      '12-29T10:00',
      '12-30T10:00',
      '12-31T10:00',
      '01-01T10:00',
    ]);
  });

  it('hold each moment on the day that the calendar of the zone shows', () => {
    const zone = fc.constantFrom(
      ...[
        'UTC',
        'Asia/Kathmandu',
        'Australia/Lord_Howe',
        'America/St_Johns',
        'Africa/Cairo',
        'Pacific/Chatham',
      ],
    );
    const time = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(zone, time, (timezone, moment) => {
        const [begin = 0, end = 0] = dayStarts(moment, moment + 1, timezone);
        const date = dateIn(timezone, moment);
        expect([begin, moment, end - 1].map((one) => dateIn(timezone, one))).toEqual([date, date, date]);
        expect([dateIn(timezone, begin - 1) < date, dateIn(timezone, end) > date]).toEqual([true, true]);
        expect([begin % 900_000, end % 900_000]).toEqual([0, 0]);
      }),
    );
  });
});

describe('The time that figures are of', () => {
  const now = Date.parse('2025-06-15T12:00:00Z');

  it('is the last thirty days with today, unless somebody says otherwise, and as many before', () => {
    const { days, before } = toRange({ timezone: 'UTC' }, now);
    expect([days.length - 1, days[0], days.at(-1), before]).toEqual([
      30,
      Date.parse('2025-05-17'),
      Date.parse('2025-06-16'),
      Date.parse('2025-04-17'),
    ]);
  });

  it('is refused above 366 days, and backwards', () => {
    const read = (since: string, until: string) => () => toRange({ since, until, timezone: 'UTC' }, now);
    expect(read('2024-01-01', '2025-01-01')().days).toHaveLength(367);
    expect(read('2024-01-01', '2025-01-02')).toThrow(
      'From `since` to `until` there may be at most 366 days.',
    );
    expect(read('0001-01-01', '9999-01-01')).toThrow('at most 366 days');
    expect(read('2025-01-02', '2025-01-01')).toThrow('`since` must be a time before `until`.');
  });
});

describeOnBoth('A bucket', (database) => {
  it('stands for durations that are at most 4.8 % from it', async () => {
    const durations = [
      ...Array.from({ length: 3000 }, (_, ms) => ms),
      ...Array.from({ length: 3000 }, (_, step) => Math.round(3000 * 1.006 ** step)).filter(
        (ms) => ms < 1e12,
      ),
    ];
    const rows = await database.db().query<{ bucket: number; ms: number }>({
      text: 'SELECT ms, trend_bucket(ms) AS bucket FROM unnest($1::int8[]) ms',
      values: [durations],
    });
    const worst = rows.map(({ bucket, ms }) => (Math.abs((millisOf(bucket) ?? 0) - ms) - 0.5) / (ms || 1));
    expect(Math.max(...worst)).toBeLessThan(0.048);
    expect(millisOf(-1)).toBeNull();
  });
});
