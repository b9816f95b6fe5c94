import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { type ReactNode, useMemo, useState } from 'react';
import { stepOrders } from '../../contract/words/trends.ts';
import { useShared } from '../data/shared.ts';
import { zoneChoice, zoneOf } from '../format/zone.ts';
import { TrendsViewDocument, type TrendsViewQuery } from '../generated/graphql.ts';
import { CopyAs } from '../parts/filters/CopyAs.tsx';
import { FilterBar } from '../parts/filters/FilterBar.tsx';
import { useFilters } from '../parts/filters/useFilters.ts';
import { Empty } from '../parts/states/Empty.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Time } from '../parts/Time.tsx';
import { useLastSearch } from '../shell/lastSearch.ts';
import { useTitle } from '../shell/useTitle.ts';
import { trendTexts } from '../texts/trends.ts';
import { Decisions } from './Decisions.tsx';
import { Flaky } from './Flaky.tsx';
import { Nights } from './Nights.tsx';
import { Slowing } from './Slowing.tsx';
import { Steps } from './Steps.tsx';
import { commandOf, faultOf, maxLimit, trendFields, usualLimit, variablesOf } from './trendFields.ts';
import css from './trends.module.css';
import { useTrends } from './useTrends.ts';

const range = { presets: [7, 90, 180, 360], none: trendTexts.usualRange };
const listParsers = {
  sort: parseAsStringLiteral(stepOrders).withDefault('tasks'),
  limit: parseAsInteger.withDefault(usualLimit),
};

/** `/trends`: how the nights were, and where they go. */
export function Component(): ReactNode {
  useTitle(trendTexts.title);
  useLastSearch();
  const filters = useFilters(trendFields);
  const { values } = filters;
  const [list, setList] = useQueryStates(listParsers, { history: 'replace' });
  const zone = zoneOf(useShared(zoneChoice));
  const manner = useMemo(
    () => ({ sort: list.sort, limit: Math.min(maxLimit, Math.max(1, list.limit)), zone }),
    [list, zone],
  );
  const variables = variablesOf(values, manner);
  const fault = faultOf(variables, zone);
  const { data, error, refetch } = useTrends(variables, fault === undefined);
  const trends = fault === undefined ? data?.trends : undefined;
  return (
    <div className={css.view}>
      <h1>{trendTexts.title}</h1>
      <FilterBar fields={trendFields} filters={filters} time={trendTexts.range} range={range}>
        <CopyAs
          command={commandOf(values, manner)}
          fields={{}}
          values={{}}
          document={TrendsViewDocument}
          variables={variables}
        />
      </FilterBar>
      {fault !== undefined && (
        <div className={css.frame}>
          <Empty {...trendTexts.faults[fault]} />
        </div>
      )}
      {fault === undefined &&
        trends === undefined &&
        (error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={12} />)}
      {trends && <Counting trends={trends} />}
      {trends && isEmpty(trends) && (
        <div className={css.frame}>
          {Object.values(values).some(({ length }) => length > 0) ? (
            <Empty {...trendTexts.noMatch} />
          ) : (
            <Empty title={trendTexts.empty.title} text={trendTexts.empty.text}>
              <code>{trendTexts.empty.command}</code>
            </Empty>
          )}
        </div>
      )}
      {trends && !isEmpty(trends) && (
        <div className={css.sections}>
          <Nights trends={trends} values={values} />
          <Decisions decisions={trends.decisions} />
          <Slowing steps={trends.slowing.nodes} range={trends} />
          <Flaky steps={trends.flaky.nodes} range={trends} />
          <Steps
            steps={trends.steps}
            range={trends}
            sort={manner.sort}
            onSort={(sort) => void setList({ sort })}
            onAll={() => void setList({ limit: maxLimit })}
          />
        </div>
      )}
    </div>
  );
}

type Trends = TrendsViewQuery['trends'];

/**
 * Says from when on the figures are whole while the server still counts older days. Once it has, the place stays and says so:
 * nothing moves.
 */
function Counting({ trends }: { trends: Trends }): ReactNode {
  const missing = missingOf(trends);
  const [wasMissing, setWasMissing] = useState(false);
  if (missing !== undefined && !wasMissing) setWasMissing(true);
  if (missing === undefined && !wasMissing) return null;
  return (
    <p className={css.counting} data-done={missing === undefined || undefined} role="status">
      {missing === undefined && trendTexts.counting.done}
      {missing === 'before' && trendTexts.counting.before}
      {missing === 'days' && (
        <>
          {trendTexts.counting.text} <Time at={trends.completeSince} />
        </>
      )}
    </p>
  );
}

/** Whether some of these days are not counted yet, or of as many before, which they are compared with. */
function missingOf({ since, until, completeSince }: Trends): 'days' | 'before' | undefined {
  if (completeSince === null) return undefined;
  const [from, first, last] = [completeSince, since, until].map(Date.parse) as [number, number, number];
  if (from > first) return 'days';
  return from > first - (last - first) ? 'before' : undefined;
}

/** Whether nothing at all is known of these days. */
function isEmpty({ days, steps, decisions }: Trends): boolean {
  const { approved, rejected, expired, cancelled } = decisions;
  return (
    steps.totalCount + approved + rejected + expired + cancelled === 0 &&
    days.every((day) => day.succeeded + day.failed + day.awaitingApproval + day.skipped + day.open === 0)
  );
}
