import type { ReactNode } from 'react';
import { formatRate } from '../../contract/text/percent.ts';
import type { TrendsViewQuery } from '../generated/graphql.ts';
import { Facts } from '../parts/Facts.tsx';
import { Section } from '../parts/Section.tsx';
import { Duration } from '../parts/Time.tsx';
import { Table } from '../parts/table/Table.tsx';
import { trendTexts } from '../texts/trends.ts';
import { Bars, type BarTone, shareOf } from './Bars.tsx';
import { Figure } from './stepColumns.tsx';

const texts = trendTexts.decisions;

type TrendDecisions = TrendsViewQuery['trends']['decisions'];

const tones = {
  approved: 'good',
  rejected: 'bad',
  expired: 'wait',
  cancelled: 'calm',
} as const satisfies Record<keyof typeof texts.outcomes, BarTone>;
const outcomes = Object.keys(tones) as (keyof typeof tones)[];

/** How approvals ended, how many were accepted, and how long people took. */
export function Decisions({ decisions }: { decisions: TrendDecisions }): ReactNode {
  const { approved, rejected, acceptanceRate, p50Ms, p95Ms } = decisions;
  const total = outcomes.reduce((sum, outcome) => sum + decisions[outcome], 0);
  return (
    <Section title={texts.title}>
      {total > 0 && (
        <Facts
          facts={[
            [
              texts.accepted,
              acceptanceRate !== null && (
                <Figure key="accepted" bars={<Bars isOne bars={shareOf(acceptanceRate)} />}>
                  {formatRate(acceptanceRate)}{' '}
                  <span className="muted">{texts.acceptedOf(approved, approved + rejected)}</span>
                </Figure>
              ),
            ],
            [texts.half, p50Ms !== null && <Duration key="half" ms={p50Ms} />],
            [texts.most, p95Ms !== null && <Duration key="most" ms={p95Ms} />],
          ]}
        />
      )}
      <Table
        columns={[
          { name: texts.columns.outcome, cell: (outcome) => texts.outcomes[outcome] },
          {
            name: texts.columns.count,
            cell: (outcome) => (
              <Figure bars={<Bars isOne bars={[{ to: decisions[outcome] / total, tone: tones[outcome] }]} />}>
                {decisions[outcome].toLocaleString('en')}
              </Figure>
            ),
          },
        ]}
        rows={total === 0 ? [] : outcomes}
        keyOf={(outcome) => outcome}
        label={texts.title}
        none={texts.none}
        isSmall
      />
    </Section>
  );
}
