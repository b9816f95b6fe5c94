import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { runOutcomeFacts } from '../../contract/words/trends.ts';
import type { TrendsViewQuery } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { StatusIcon } from '../parts/StatusMark.tsx';
import { Nothing } from '../parts/Time.tsx';
import { type Column, Table } from '../parts/table/Table.tsx';
import { trendTexts } from '../texts/trends.ts';
import { type CalendarDay, calendarOf, outcomesOf, sumOf } from './calendar.ts';
import { HeatMap, signOf } from './HeatMap.tsx';
import type { TrendValues } from './trendFields.ts';
import css from './trends.module.css';

const texts = trendTexts.nights;

/** How the runs of each day ended: as a calendar, and as a table. */
export function Nights({
  trends,
  values,
}: {
  trends: TrendsViewQuery['trends'];
  values: TrendValues;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const calendar = calendarOf(trends);
  const { days } = calendar;
  const searchOf = ({ since, until }: CalendarDay) =>
    String(
      new URLSearchParams([
        ...values.project.map((project) => ['project', project]),
        ...values.plan.map((plan) => ['plan', plan]),
        ['since', since],
        ['until', until],
      ]),
    );
  const label = texts.label(days.length);
  return (
    <Section
      title={texts.title}
      tools={
        <span className="muted numbers">
          {texts.range(days.length, days[0]?.date ?? '', days.at(-1)?.date ?? '', trends.timezone)}
        </span>
      }
    >
      <ul className={css.legend}>
        {outcomesOf(sumOf(days)).map(([outcome, count]) => (
          <li key={outcome} data-outcome={outcome} title={runOutcomeFacts[outcome].means}>
            <StatusIcon status={signOf[outcome]} />
            {`${count.toLocaleString('en')} ${texts.outcomes[outcome]}`}
          </li>
        ))}
      </ul>
      <HeatMap calendar={calendar} label={label} searchOf={searchOf} />
      <p className={`muted ${css.help}`}>{`${texts.help} ${texts.keys}`}</p>
      <details className={css.details} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{texts.table}</summary>
        {isOpen && (
          <Table
            columns={columnsOf(days, searchOf)}
            rows={days.toReversed()}
            keyOf={({ date }) => date}
            label={label}
            none=""
          />
        )}
      </details>
    </Section>
  );
}

function columnsOf(
  days: readonly CalendarDay[],
  searchOf: (day: CalendarDay) => string,
): Column<CalendarDay>[] {
  const number = (count: number) =>
    count === 0 ? <Nothing /> : <span className="numbers">{count.toLocaleString('en')}</span>;
  return [
    {
      name: texts.columns.day,
      cell: (day) => (
        <Link to={{ pathname: '/runs', search: searchOf(day) }}>
          {`${texts.weekdays[day.weekday]} ${day.date}`}
        </Link>
      ),
    },
    {
      name: texts.columns.runs,
      cell: ({ total, isUncounted }) => (
        <span className="numbers">{isUncounted ? `${total}, ${texts.uncounted}` : total}</span>
      ),
    },
    ...outcomesOf(sumOf(days)).map(([outcome]) => ({
      name: texts.outcomes[outcome].replace(/^./, (letter) => letter.toUpperCase()),
      cell: ({ counts }: CalendarDay) => number(counts[outcome]),
      isEmpty: ({ counts }: CalendarDay) => counts[outcome] === 0,
    })),
  ];
}
