import type { ReactNode } from 'react';
import { formatDuration } from '../../contract/text/duration.ts';
import { formatGrowth, formatRate } from '../../contract/text/percent.ts';
import { type StepOrder, stepOrders } from '../../contract/words/trends.ts';
import type { TrendStepRowFragment, TrendsViewQuery } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { Duration, Nothing } from '../parts/Time.tsx';
import { type Column, Table } from '../parts/table/Table.tsx';
import { trendTexts } from '../texts/trends.ts';
import { Bars, shareOf } from './Bars.tsx';
import { NoteMark } from './NoteMark.tsx';
import { Figure, keyOf, type Range, stepColumns } from './stepColumns.tsx';
import { maxLimit } from './trendFields.ts';
import css from './trends.module.css';

const texts = trendTexts.steps;

/** Success rate and durations of each step: a table whose numbers are drawn as well. */
export function Steps({
  steps: { nodes, totalCount },
  range,
  sort,
  onSort,
  onAll,
}: {
  steps: TrendsViewQuery['trends']['steps'];
  range: Range;
  sort: StepOrder;
  onSort: (sort: StepOrder) => void;
  onAll: () => void;
}): ReactNode {
  const longest = Math.max(...nodes.map(({ p95Ms }) => p95Ms ?? 0));
  return (
    <Section
      title={texts.title}
      tools={
        <select
          aria-label={texts.sort}
          value={sort}
          onChange={({ target: { value } }) => onSort(stepOrders.find((order) => order === value) ?? 'tasks')}
        >
          {stepOrders.map((order) => (
            <option key={order} value={order}>
              {texts.orders[order]}
            </option>
          ))}
        </select>
      }
    >
      {longest > 0 && <p className={`muted ${css.help}`}>{texts.help(formatDuration(longest))}</p>}
      <Table
        columns={columnsOf(range, longest)}
        rows={nodes}
        keyOf={keyOf}
        label={texts.title}
        none={texts.none}
      />
      {totalCount > 0 && (
        <div className={css.end}>
          <span className="muted">
            {nodes.length < totalCount ? texts.shown(nodes.length, totalCount) : texts.shownAll(totalCount)}
          </span>
          {nodes.length < Math.min(totalCount, maxLimit) && (
            <button type="button" onClick={onAll}>
              {texts.all(totalCount)}
            </button>
          )}
        </div>
      )}
    </Section>
  );
}

function columnsOf(range: Range, longest: number): Column<TrendStepRowFragment>[] {
  const { columns } = texts;
  return [
    ...stepColumns(range),
    {
      name: columns.tasks,
      cell: ({ succeeded, failed, skipped, open }) => (
        <span className="numbers">{(succeeded + failed + skipped + open).toLocaleString('en')}</span>
      ),
    },
    {
      name: columns.success,
      cell: ({ successRate }) =>
        successRate === null ? (
          <Nothing />
        ) : (
          <Figure bars={<Bars isOne bars={shareOf(successRate)} />}>{formatRate(successRate)}</Figure>
        ),
      isEmpty: ({ successRate }) => successRate === null,
    },
    {
      name: columns.p50,
      cell: ({ p50Ms }) => <Duration ms={p50Ms} />,
      isEmpty: ({ p50Ms }) => p50Ms === null,
    },
    {
      name: columns.p95,
      cell: ({ p50Ms, p95Ms }) =>
        p50Ms === null || p95Ms === null ? (
          <Nothing />
        ) : (
          <Figure
            bars={
              <Bars
                isOne
                bars={[
                  { to: p50Ms / longest, tone: 'main' },
                  { from: p50Ms / longest, to: p95Ms / longest, tone: 'pale' },
                ]}
              />
            }
          >
            {formatDuration(p95Ms)}
          </Figure>
        ),
      isEmpty: ({ p95Ms }) => p95Ms === null,
    },
    {
      name: columns.growth,
      cell: ({ p50Growth }) =>
        p50Growth === null ? <Nothing /> : <span className="numbers">{formatGrowth(p50Growth)}</span>,
      isEmpty: ({ p50Growth }) => p50Growth === null,
    },
    {
      name: columns.note,
      cell: ({ isSlowing, isFlaky }) =>
        isSlowing || isFlaky ? (
          <span className={css.notes}>
            {isSlowing && <NoteMark note="slowing" />}
            {isFlaky && <NoteMark note="flaky" />}
          </span>
        ) : (
          <Nothing />
        ),
      isEmpty: ({ isSlowing, isFlaky }) => !isSlowing && !isFlaky,
    },
  ];
}
