import { shellWord } from '../../contract/text/shellWord.ts';
import { maxTrendDays, type StepOrder } from '../../contract/words/trends.ts';
import { graphqlName } from '../../contract/words/words.ts';
import { serverNow } from '../data/serverClock.ts';
import { clockTime } from '../format/time.ts';
import type { TrendStepOrder, TrendsViewQueryVariables } from '../generated/graphql.ts';
import { type FilterFields, type FilterValues, momentOf } from '../parts/filters/fields.ts';
import { trendTexts } from '../texts/trends.ts';

const labels = trendTexts.fields;

/** What trends can be narrowed to, by the flags of `nightshift trends`. The zone is the one that the page shows times in. */
export const trendFields = {
  project: { kind: 'text', label: labels.project, from: 1, to: 200 },
  plan: { kind: 'text', label: labels.plan, from: 1, to: 200 },
  since: { kind: 'time', label: labels.since },
  until: { kind: 'time', label: labels.until },
} as const satisfies FilterFields;

export type TrendValues = FilterValues<typeof trendFields>;

/** So many steps are shown unless somebody asks for all. */
export const usualLimit = 20;

/** The most steps that are shown. */
export const maxLimit = 200;

/** How the steps are listed, and in which zone days begin. */
export interface TrendManner {
  sort: StepOrder;
  limit: number;
  zone: string;
}

/** Writes the variables of the question. */
export function variablesOf(
  values: TrendValues,
  { sort, limit, zone }: TrendManner,
): TrendsViewQueryVariables {
  const [since, until] = [values.since[0], values.until[0]].map((time) => time && momentOf(time));
  return {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(values.project[0] !== undefined && { project: values.project[0] }),
    ...(values.plan[0] !== undefined && { plan: values.plan[0] }),
    timezone: zone,
    first: limit,
    orderBy: graphqlName(sort) as TrendStepOrder,
  };
}

/** Whether a range ends before it begins, or has more days than can be asked for; undefined where it can be asked for. */
export function faultOf(
  { since, until }: Pick<TrendsViewQueryVariables, 'since' | 'until'>,
  zone: string,
  now = serverNow(),
): 'backwards' | 'tooLong' | undefined {
  if (since == null) return undefined;
  const [begin, end] = [Date.parse(since), until == null ? now + 1 : Date.parse(until)];
  if (begin >= end) return 'backwards';
  const [first = 0, last = 0] = [begin, end - 1].map((at) => Date.parse(clockTime(new Date(at), zone).date));
  return (last - first) / 86_400_000 >= maxTrendDays ? 'tooLong' : undefined;
}

/** Writes the command that shows the same. Its flags take one value each, commas too. */
export function commandOf(values: TrendValues, { sort, limit, zone }: TrendManner): string {
  const flags: [string, string | undefined][] = [
    ['project', values.project[0]],
    ['plan', values.plan[0]],
    ['since', values.since[0]],
    ['until', values.until[0]],
    ['timezone', zone === 'UTC' ? undefined : zone],
    ['sort', sort === 'tasks' ? undefined : sort],
    ['limit', limit === usualLimit ? undefined : String(limit)],
  ];
  return [
    'nightshift trends',
    ...flags.flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag} ${shellWord(value)}`])),
  ].join(' ');
}
