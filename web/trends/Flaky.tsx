import type { ReactNode } from 'react';
import type { TrendStepRowFragment } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { Table } from '../parts/table/Table.tsx';
import { trendTexts } from '../texts/trends.ts';
import { Bars } from './Bars.tsx';
import { Figure, keyOf, type Range, stepColumns } from './stepColumns.tsx';
import css from './trends.module.css';

const texts = trendTexts.flaky;

/** The steps that fail now and then, the flakiest first. */
export function Flaky({ steps, range }: { steps: readonly TrendStepRowFragment[]; range: Range }): ReactNode {
  return (
    <Section title={texts.title}>
      <p className={`muted ${css.help}`}>{texts.help}</p>
      <Table
        columns={[
          ...stepColumns(range),
          {
            name: texts.columns.recovered,
            cell: ({ recovered, succeeded }) => (
              <Figure
                bars={
                  <Bars isOne bars={[{ to: succeeded === 0 ? 0 : recovered / succeeded, tone: 'wait' }]} />
                }
              >
                {texts.recovered(recovered, succeeded)}
              </Figure>
            ),
          },
          {
            name: texts.columns.turns,
            cell: ({ turns }) => (
              <span className="numbers" title={texts.turns}>
                {turns.toLocaleString('en')}
              </span>
            ),
          },
        ]}
        rows={steps.filter(({ isFlaky }) => isFlaky)}
        keyOf={keyOf}
        label={texts.title}
        none={texts.none}
      />
    </Section>
  );
}
