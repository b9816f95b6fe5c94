import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { RunOutcome } from '../../contract/words/trends.ts';
import { StatusIcon } from '../parts/StatusMark.tsx';
import { trendTexts } from '../texts/trends.ts';
import { type Calendar, type CalendarDay, outcomesOf, worstOf } from './calendar.ts';
import css from './HeatMap.module.css';

const texts = trendTexts.nights;

/** The sign of each outcome is that of the status that it comes of. */
export const signOf: Record<RunOutcome, TaskStatus> = {
  succeeded: 'succeeded',
  failed: 'failed',
  awaiting_approval: 'awaiting_approval',
  skipped: 'skipped',
  open: 'running',
};

/** By how many days a key moves. */
const moves = new Map([
  ['ArrowLeft', -7],
  ['ArrowRight', 7],
  ['ArrowUp', -1],
  ['ArrowDown', 1],
  ['Home', Number.NEGATIVE_INFINITY],
  ['End', Number.POSITIVE_INFINITY],
]);

/**
 * The days as a calendar: weeks are its columns. One day takes the focus, the latest at first, and arrow keys move it. Each day
 * leads to its runs.
 */
export function HeatMap({
  calendar: { days, weeks },
  label,
  searchOf,
}: {
  calendar: Calendar;
  label: string;
  /** The filters of the runs of a day. */
  searchOf: (day: CalendarDay) => string;
}): ReactNode {
  const scroll = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string>();
  const current = days.find(({ date }) => date === chosen) ?? days.at(-1);
  // The latest days are what people come for.
  useLayoutEffect(() => {
    if (scroll.current !== null && weeks.length > 0) scroll.current.scrollLeft = scroll.current.scrollWidth;
  }, [weeks.length]);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves.get(event.key);
    const at = days.findIndex(({ date }) => date === current?.date);
    if (move === undefined || at === -1 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = Number.isFinite(move) ? at + move : move < 0 ? 0 : days.length - 1;
    const next = days[to];
    if (next === undefined) return;
    setChosen(next.date);
    scroll.current?.querySelector<HTMLElement>(`[data-date="${next.date}"]`)?.focus();
  };
  return (
    <div className={css.scroll} ref={scroll}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table whose cells take the focus */}
      <table role="grid" className={css.map} aria-label={label} data-size={sizeOf(weeks.length)}>
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden">{texts.weekday}</span>
            </th>
            {weeks.map(({ monday, month }) => (
              <th key={monday} scope="col">
                <span className="hidden">{texts.weekOf(monday)}</span>
                <span aria-hidden="true">{month !== undefined && texts.months[month]}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {texts.weekdays.map((name, weekday) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {weeks.map(({ monday }, week) => {
                const day = days.find((one) => one.week === week && one.weekday === weekday);
                return (
                  <td key={monday}>
                    {day && (
                      <Day
                        day={day}
                        isCurrent={day === current}
                        search={searchOf(day)}
                        onKeyDown={onKeyDown}
                        onFocus={() => setChosen(day.date)}
                      />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Day({
  day,
  isCurrent,
  search,
  onKeyDown,
  onFocus,
}: {
  day: CalendarDay;
  isCurrent: boolean;
  search: string;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: () => void;
}): ReactNode {
  const worst = worstOf(day);
  const count = worst === undefined ? 0 : day.counts[worst];
  const words = describeDay(day);
  return (
    <Link
      className={css.day}
      to={{ pathname: '/runs', search }}
      aria-label={words}
      title={words}
      tabIndex={isCurrent ? 0 : -1}
      data-date={day.date}
      data-outcome={day.isUncounted ? 'uncounted' : (worst ?? 'none')}
      data-bad={(worst === 'failed' && count * 2 >= day.total) || undefined}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      {day.isUncounted ? '?' : worst === undefined ? '·' : <StatusIcon status={signOf[worst]} />}
      {count > 0 && <span className={css.count}>{count > 999 ? '999+' : count}</span>}
    </Link>
  );
}

/** A day in words, for who does not see it and for who points at it. */
export function describeDay(day: CalendarDay): string {
  const parts = outcomesOf(day.counts).map(
    ([outcome, count]) => `${count.toLocaleString('en')} ${texts.outcomes[outcome]}`,
  );
  const words = texts.day(`${texts.weekdays[day.weekday]} ${day.date}`, parts, day.total);
  return day.isUncounted ? `${words}, ${texts.uncounted}` : words;
}

/** How large cells are: the fewer weeks the more room each has. */
function sizeOf(weeks: number): 'large' | 'middle' | 'small' {
  return weeks <= 7 ? 'large' : weeks <= 20 ? 'middle' : 'small';
}
