import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueTimes } from '../../../orchestrator/schedule/dueTimes.ts';
import { nextRunOf } from '../../../orchestrator/schedule/nextRun.ts';
import { type NaiveCron, naiveDueTimes } from './naiveDueTimes.ts';

const zones = fc.constantFrom(
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'],
  ...['Africa/Casablanca', 'Africa/Cairo', 'America/St_Johns', 'Pacific/Kiritimati', 'Pacific/Apia'],
);
/** Noons at which a clock of one of the zones changes within the next day or so, and one ordinary one. */
const days = fc.constantFrom(
  ...['2025-03-29', '2025-10-25', '2025-03-08', '2025-11-01', '2025-04-05', '2025-10-04', '2025-06-15'],
  ...['2025-02-22', '2025-04-05', '2025-04-24', '2025-10-30'],
);
const list = (first: number, last: number) =>
  fc
    .uniqueArray(fc.integer({ min: first, max: last }), { minLength: 1, maxLength: 3 })
    .map((values) => values.join(','));
const crons: fc.Arbitrary<NaiveCron> = fc.record({
  minute: fc.oneof(list(0, 59), fc.constantFrom('*', '*/7', '*/15', '10-20')),
  hour: fc.oneof(list(0, 4), list(0, 23), fc.constantFrom('*', '*/2', '1-3', '0-23')),
  day: fc.constantFrom('*', '*', '*', '1-15', '*/2'),
  month: fc.constantFrom('*', '*', '*', '3,10'),
  weekday: fc.constantFrom('*', '*', '*', '0', '1-5'),
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
      { numRuns: 60 },
    );
  });

  it('are found however far back or ahead', () => {
    const rare = { schedule: '0 0 29 2 1', timezone: 'Europe/Berlin' };
    expect(nextRunOf(rare, new Date('2025-01-01T00:00:00Z'))).toBeNull();
    expect(nextRunOf({ ...rare, schedule: '0 0 29 2 *' })).not.toBeNull();
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
