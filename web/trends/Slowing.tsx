import type { ReactNode } from 'react';
import { formatGrowth } from '../../contract/text/percent.ts';
import type { TrendStepRowFragment } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { Duration } from '../parts/Time.tsx';
import { Table } from '../parts/table/Table.tsx';
import { trendTexts } from '../texts/trends.ts';
import { Bars } from './Bars.tsx';
import { Figure, keyOf, type Range, stepColumns } from './stepColumns.tsx';
import css from './trends.module.css';

const texts = trendTexts.slowing;

/** The steps that take longer than before, those that grew most first. */
export function Slowing({
  steps,
  range,
}: {
  steps: readonly TrendStepRowFragment[];
  range: Range;
}): ReactNode {
  const slowing = steps.filter(({ isSlowing }) => isSlowing);
  const longest = Math.max(...slowing.map(({ p50Ms }) => p50Ms ?? 0));
  return (
    <Section title={texts.title}>
      <p className={`muted ${css.help}`}>
        {slowing.length === 0 ? texts.help : `${texts.help} ${texts.bars}`}
      </p>
      <Table
        columns={[
          ...stepColumns(range),
          { name: texts.columns.before, cell: ({ p50BeforeMs }) => <Duration ms={p50BeforeMs} /> },
          { name: texts.columns.now, cell: ({ p50Ms }) => <Duration ms={p50Ms} /> },
          {
            name: texts.columns.growth,
            cell: ({ p50BeforeMs, p50Ms, p50Growth }) => (
              <Figure
                bars={
                  <Bars
                    bars={[
                      { to: (p50BeforeMs ?? 0) / longest, tone: 'pale' },
                      { to: (p50Ms ?? 0) / longest, tone: 'main' },
                    ]}
                  />
                }
              >
                {formatGrowth(p50Growth ?? 0)}
              </Figure>
            ),
          },
        ]}
        rows={slowing}
        keyOf={keyOf}
        label={texts.title}
        none={texts.none}
      />
    </Section>
  );
}
