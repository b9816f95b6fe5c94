import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueTimes } from '../../../orchestrator/schedule/dueTimes.ts';

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

  it('hold at most the latest thousand', () => {
    expect(due('* * * * * *', 'UTC', '2025-01-01T00:00:00Z', '2025-01-01T12:00:00Z')).toHaveLength(1000);
  });

  it('are the same for one span and for the parts that it is cut into, once a day in every zone', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    const minute = fc.integer({ min: 0, max: 1439 });
    const begin = Date.parse('2025-01-01T12:00:00Z');
    const cut = fc.integer({ min: 0, max: 72 * 60 });
    fc.assert(
      fc.property(zone, minute, fc.integer({ min: 0, max: 360 }), cut, (timezone, at, day, parting) => {
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
