import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueTimes } from '../../../contract/schedule/dueTimes.ts';
import { nextRunOf } from '../../../orchestrator/schedule/nextRun.ts';
import { type NaiveCron, naiveDueTimes } from './naiveDueTimes.ts';

const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Africa/Cairo',
  'America/St_Johns',
  'Pacific/Kiritimati',
  'Pacific/Apia',
  'America/Santiago',
  'America/Havana',
  'Europe/London',
  'Antarctica/Troll',
);
/** Noons at which a clock of one of the zones changes within the next day or so, and one ordinary one. */
const days = fc.constantFrom(
  '2025-03-29',
  '2025-10-25',
  '2025-03-08',
  '2025-11-01',
  '2025-04-05',
  '2025-10-04',
  '2025-06-15',
  '2025-02-22',
  '2025-04-05',
  '2025-04-24',
  '2025-10-30',
  '2025-09-06',
  '2025-03-08',
  '2011-12-29',
);
const list = (first: number, last: number) =>
  fc
    .uniqueArray(fc.integer({ min: first, max: last }), { minLength: 1, maxLength: 3 })
    .map((values) => values.join(','));
const crons: fc.Arbitrary<NaiveCron> = fc.record({
  minute: fc.oneof(list(0, 59), fc.constantFrom('*', '*/7', '*/15', '5-59/20', '10-20')),
  hour: fc.oneof(
    list(0, 4),
    list(0, 23),
    fc.constantFrom('*', '*/2', '1-3', '0-23', '1-2,14', '22-23,0-1', '0-2', '23'),
  ),
  day: fc.constantFrom('*', '*', '*', '1-15', '*/2', '1', '29,30', '1-31/3'),
  month: fc.constantFrom('*', '*', '*', '3,10'),
  weekday: fc.constantFrom('*', '*', '*', '0', '7', '1-5', '5-7', 'sun', 'mon-fri', '*/2', '1-7/3'),
});
const textOf = ({ minute, hour, day, month, weekday }: NaiveCron) =>
  [minute, hour, day, month, weekday].join(' ');

describe('The due times of a schedule', () => {
  const due = (schedule: string, timezone: string, after: string, until: string) =>
    dueTimes({ schedule, timezone }, new Date(after), new Date(until)).map((time) => time.toISOString());

  it('are those after one moment, up to and with another', () => {
    expect(due('30 2 * * *', 'UTC', '2025-01-14T02:30:00Z', '2025-01-16T02:30:00Z')).toEqual([
      '2025-01-15T02:30:00.000Z',
      '2025-01-16T02:30:00.000Z',
    ]);
    expect(due('30 2 * * *', 'Europe/Berlin', '2025-01-14T12:00:00Z', '2025-01-15T12:00:00Z')).toEqual([
      '2025-01-15T01:30:00.000Z',
    ]);
  });

  it('come right after a clock change that leaves their time of day out', () => {
    expect(due('30 2 * * *', 'Europe/Berlin', '2025-03-29T12:00:00Z', '2025-03-30T12:00:00Z')).toEqual([
      '2025-03-30T01:00:00.000Z',
    ]);
  });

  it('come once when a clock change repeats their time of day', () => {
    expect(due('30 2 * * *', 'Europe/Berlin', '2025-10-25T12:00:00Z', '2025-10-26T12:00:00Z')).toEqual([
      '2025-10-26T00:30:00.000Z',
    ]);
    expect(due('30 2 * * *', 'Europe/Berlin', '2025-10-26T01:00:00Z', '2025-10-26T12:00:00Z')).toEqual([]);
    expect(
      due('*/30 1 * * *', 'Australia/Lord_Howe', '2025-04-05T00:00:00Z', '2025-04-06T00:00:00Z'),
    ).toEqual(['2025-04-05T14:00:00.000Z', '2025-04-05T14:30:00.000Z']);
  });

  it('come every hour, whatever the clocks do, where the schedule says every hour', () => {
    const hours = due('0 * * * *', 'Europe/Berlin', '2025-10-25T22:00:00Z', '2025-10-26T04:00:00Z');
    expect(hours).toHaveLength(6);
    expect(new Set(hours).size).toBe(6);
  });

  it('know @hourly and ranges of all hours as every hour, and every second hour as times of day', () => {
    const count = (schedule: string) =>
      due(schedule, 'Europe/Berlin', '2025-10-25T22:00:00Z', '2025-10-26T04:00:00Z').length;
    expect(['@hourly', '0 0-23 * * *', '0 */2 * * *'].map(count)).toEqual([6, 6, 2]);
  });

  describe('of a pace that is limited to some hours', () => {
    const spring = ['2025-03-29T23:30:00Z', '2025-03-30T12:00:00Z'] as const;
    const autumn = ['2025-10-25T22:30:00Z', '2025-10-26T12:00:00Z'] as const;
    const gaps = (times: string[]) =>
      times.slice(1).map((time, place) => (Date.parse(time) - Date.parse(times[place] ?? '')) / 60_000);

    it.each([
      ['*/15 1-2 * * *', spring, 4],
      ['*/15 1-3 * * *', spring, 8],
      ['*/15 1-2 * * *', autumn, 12],
      ['*/15 1-3 * * *', autumn, 16],
      ['5-59/15 1-3 * * *', spring, 8],
      ['5-59/15 1-3 * * *', autumn, 16],
    ] as const)('keep it, with no hour without and none double (%s)', (schedule, [from, to], count) => {
      const times = due(schedule, 'Europe/Berlin', from, to);
      expect(times).toHaveLength(count);
      expect(new Set(gaps(times))).toEqual(new Set([15]));
    });

    it('keep it where it is every hour', () => {
      expect(gaps(due('0 1-4 * * *', 'Europe/Berlin', ...autumn))).toEqual([60, 60, 60, 60]);
      expect(gaps(due('0 1-4 * * *', 'Europe/Berlin', ...spring))).toEqual([60, 60]);
    });

    it('come once, right after the change, where it leaves all hours of the pace out', () => {
      expect(due('*/15 2 * * *', 'Europe/Berlin', ...spring)).toEqual(['2025-03-30T01:00:00.000Z']);
      expect(due('*/20 0 * * *', 'America/Santiago', '2025-09-06T12:00:00Z', '2025-09-07T12:00:00Z')).toEqual(
        ['2025-09-07T04:00:00.000Z'],
      );
    });

    it('are times of day where the hours are listed, or one stands alone', () => {
      expect(due('0,30 2 * * *', 'Europe/Berlin', ...autumn)).toHaveLength(2);
      expect(due('*/15 2 * * *', 'Europe/Berlin', ...autumn)).toHaveLength(4);
      expect(due('*/15 2,3 * * *', 'Europe/Berlin', ...autumn)).toHaveLength(12);
      expect(due('30 2,3 * * *', 'Europe/Berlin', ...autumn)).toHaveLength(2);
      expect(
        due('30 2 * * *', 'America/Santiago', '2025-04-05T12:00:00Z', '2025-04-06T12:00:00Z'),
      ).toHaveLength(1);
      expect(
        due('30 23 * * *', 'America/Santiago', '2025-04-05T12:00:00Z', '2025-04-06T12:00:00Z'),
      ).toHaveLength(1);
    });
  });

  describe('of a schedule with both day fields', () => {
    const month = (schedule: string) =>
      due(schedule, 'UTC', '2025-05-31T12:00:00Z', '2025-06-30T12:00:00Z').map((time) =>
        Number(time.slice(8, 10)),
      );

    it('are those of either, as in cron', () => {
      expect(month('0 0 1 * 1')).toEqual([1, 2, 9, 16, 23, 30]);
      expect(month('0 0 1,15 * mon,fri')).toEqual([1, 2, 6, 9, 13, 15, 16, 20, 23, 27, 30]);
      expect(month('0 0 L * 7')).toEqual([1, 8, 15, 22, 29, 30]);
      expect(month('0 0 15 * 1#2')).toEqual([9, 15]);
      expect(month('30 0 0 1 * 1')).toEqual([1, 2, 9, 16, 23, 30]);
      expect(month('0 0 1-31 * 1')).toHaveLength(30);
    });

    it('are those of both where one begins with a star, as in cron', () => {
      expect(month('0 0 */2 * 1')).toEqual([9, 23]);
      expect(month('0 0 1-7 * */7')).toEqual([1]);
      expect(month('0 0 ? * 1')).toEqual([2, 9, 16, 23, 30]);
    });

    it('know Sunday as 0 and 7, and names and ranges across the end of the week', () => {
      expect(month('0 0 * * 7')).toEqual(month('0 0 * * 0'));
      expect(month('0 0 * * 7')).toEqual(month('0 0 * * sun'));
      expect(month('0 0 * * 5-7')).toEqual(month('0 0 * * fri,sat,sun'));
      expect(month('0 0 * * sat-mon')).toEqual(month('0 0 * * 6,0,1'));
      expect(month('0 0 */10 * *')).toEqual([1, 11, 21]);
      expect(month('0 0 5-20/5 * *')).toEqual([5, 10, 15, 20]);
    });
  });

  it('are those that a look at every single minute finds, whatever the clocks do', () => {
    fc.assert(
      fc.property(crons, zones, days, (cron, timezone, day) => {
        const from = Date.parse(`${day}T12:00:00Z`);
        const to = from + 40 * 3_600_000;
        const naive = naiveDueTimes(cron, timezone, from, to);
        const found = dueTimes({ schedule: textOf(cron), timezone }, new Date(from), new Date(to));
        expect(found.map((time) => time.getTime())).toEqual(naive.slice(-1000));
        const next = nextRunOf({ schedule: textOf(cron), timezone }, new Date(from));
        if (naive.length > 0) expect(next?.getTime()).toBe(naive[0]);
        else expect(next === null || next.getTime() > to).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('are found however far back or ahead', () => {
    const rare = { schedule: '0 0 29 2 *', timezone: 'Europe/Berlin' };
    expect(nextRunOf(rare, new Date('2025-01-01T00:00:00Z'))).not.toBeNull();
    // A field that begins with a star has to fit as well: no 29 February is the first day of its month.
    expect(
      nextRunOf({ ...rare, schedule: '0 0 */31 2 1' }, new Date('2025-01-01T00:00:00Z'))?.toISOString(),
    ).toBe('2027-01-31T23:00:00.000Z');
    const month = [new Date('2025-01-01T00:00:00Z'), new Date('2025-02-05T00:00:00Z')] as const;
    for (const schedule of ['* * * * *', '30 2 * * *', '15 30 2 * * *', '* * * * * *']) {
      dueTimes({ schedule, timezone: 'Europe/Berlin' }, ...month);
    }
  });

  it('hold at most the latest thousand', () => {
    expect(due('* * * * * *', 'UTC', '2025-01-01T00:00:00Z', '2025-01-01T12:00:00Z')).toHaveLength(1000);
  });

  it('are the same for one span and for the parts that it is cut into, once a day in every zone', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const begin = Date.parse('2025-01-01T12:00:00Z');
    const cut = fc.integer({ min: 0, max: 72 * 60 });
    fc.assert(
      fc.property(zones, minute, fc.integer({ min: 0, max: 360 }), cut, (timezone, at, day, parting) => {
        const schedule = `${at % 60} ${Math.floor(at / 60)} * * *`;
        const [from, to] = [new Date(begin + day * 86_400_000), new Date(begin + (day + 3) * 86_400_000)];
        const middle = new Date(from.getTime() + parting * 60_000);
        const whole = dueTimes({ schedule, timezone }, from, to);
        const parts = [
          ...dueTimes({ schedule, timezone }, from, middle),
          ...dueTimes({ schedule, timezone }, middle, to),
        ];
        expect(parts).toEqual(whole);
        expect([2, 3, 4]).toContain(whole.length);
      }),
      { numRuns: 100 },
    );
  });
});
