import { describe, expect, it } from 'vitest';
import { dayStarts } from '../../../domain/trends/dayStarts.ts';
import { calendarOf, worstOf } from '../../../web/trends/calendar.ts';
import { commandOf, faultOf } from '../../../web/trends/trendFields.ts';

const none = { succeeded: 0, failed: 0, awaitingApproval: 0, skipped: 0, open: 0 };

/** The days of a zone as the API gives them. */
function daysOf(since: string, until: string, timezone: string) {
  const starts = dayStarts(Date.parse(since), Date.parse(until), timezone).map((at) =>
    new Date(at).toISOString(),
  );
  return starts.slice(1).map((until, place) => ({ ...none, since: starts[place] ?? '', until }));
}

describe('The calendar of nights', () => {
  it.each([
    ['Europe/Berlin', '2025-03-24', '2025-04-07'],
    ['Europe/Berlin', '2025-10-20', '2025-11-03'],
    // Midnight is left out, and comes twice.
    ['America/Havana', '2025-03-03', '2025-03-17'],
    ['America/Havana', '2025-10-27', '2025-11-10'],
    ['Pacific/Kiritimati', '2024-12-23', '2025-01-06'],
  ])('has each day of %s once, in its week and below its weekday, from %s on', (timezone, since, until) => {
    const noon = (date: string) => `${date}T00:00:00Z`;
    const { days, weeks } = calendarOf({
      days: daysOf(noon(since), noon(until), timezone),
      timezone,
      completeSince: null,
    });
    const places = days.map(({ date, week, weekday }) => [date, week * 7 + weekday]);
    const [first] = places[0] ?? [''];
    expect(places).toEqual(
      places.map((_, place) => {
        const at = Date.parse(String(first)) + place * 86_400_000;
        const monday = Date.parse(weeks[0]?.monday ?? '');
        return [new Date(at).toISOString().slice(0, 10), (at - monday) / 86_400_000];
      }),
    );
    for (const { monday } of weeks) expect(new Date(monday).getUTCDay()).toBe(1);
  });

  it('leaves the place of a day empty that a zone left out', () => {
    const timezone = 'Pacific/Apia';
    const days = daysOf('2011-12-28T12:00Z', '2012-01-01T12:00Z', timezone);
    const dates = calendarOf({ days, timezone, completeSince: null }).days.map(({ date }) => date);
    expect(dates).not.toContain('2011-12-30');
    expect(dates).toContain('2011-12-31');
  });

  it('names a month where it begins, and the one of its first day', () => {
    const days = daysOf('2025-01-15T00:00Z', '2025-03-05T00:00Z', 'UTC');
    const { weeks } = calendarOf({ days, timezone: 'UTC', completeSince: null });
    expect(weeks.map(({ month }) => month)).toEqual(
      [0, undefined, 1, undefined, undefined, undefined, 2, undefined].slice(0, weeks.length),
    );
    expect(weeks[0]?.monday).toBe('2025-01-13');
  });

  it('shows the worst outcome of a day, and which days may miss runs', () => {
    const [first, second] = daysOf('2025-01-15T00:00Z', '2025-01-17T00:00Z', 'UTC');
    const { days } = calendarOf({
      days: [
        {
          ...none,
          ...first,
          since: first?.since ?? '',
          until: first?.until ?? '',
          succeeded: 9,
          awaitingApproval: 1,
        },
        { ...none, ...second, since: second?.since ?? '', until: second?.until ?? '', open: 1, failed: 1 },
      ],
      timezone: 'UTC',
      completeSince: '2025-01-15T12:00:00Z',
    });
    expect(days.map((day) => [worstOf(day), day.total, day.isUncounted])).toEqual([
      ['awaiting_approval', 10, true],
      ['failed', 2, false],
    ]);
    expect(
      worstOf({ counts: { succeeded: 0, failed: 0, awaiting_approval: 0, skipped: 0, open: 0 } }),
    ).toBeUndefined();
  });
});

describe('The range of trends', () => {
  const now = Date.parse('2025-05-01T12:00Z');
  it('has at most 366 days of its zone, and ends after it begins', () => {
    expect(faultOf({}, 'UTC', now)).toBeUndefined();
    expect(faultOf({ since: '2024-05-01T00:00:00Z' }, 'UTC', now)).toBeUndefined();
    expect(faultOf({ since: '2024-04-30T23:59:59Z' }, 'UTC', now)).toBe('tooLong');
    expect(faultOf({ since: '2024-04-30T23:59:59Z' }, 'Europe/Berlin', now)).toBeUndefined();
    expect(faultOf({ since: '2025-05-02T00:00:00Z' }, 'UTC', now)).toBe('backwards');
    expect(faultOf({ since: '2025-01-02T00:00:00Z', until: '2025-01-02T00:00:00Z' }, 'UTC', now)).toBe(
      'backwards',
    );
  });
});

describe('The command of trends', () => {
  it('has every flag, each with one value that a shell takes as it is, and leaves out what is usual', () => {
    const empty = { project: [], plan: [], since: [], until: [] };
    expect(commandOf(empty, { sort: 'tasks', limit: 20, zone: 'UTC' })).toBe('nightshift trends');
    expect(
      commandOf(
        { project: ['acme/site'], plan: ["it's, all"], since: ['7d'], until: ['2025-05-01'] },
        { sort: 'flaky', limit: 200, zone: 'Europe/Berlin' },
      ),
    ).toBe(
      `nightshift trends --project acme/site --plan 'it'\\''s, all' --since 7d --until 2025-05-01 --timezone Europe/Berlin --sort flaky --limit 200`,
    );
  });
});
