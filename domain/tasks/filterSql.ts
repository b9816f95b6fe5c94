import { isAcknowledged, isUnacknowledged } from './conditions.ts';
import { type ListFilter, listFilters, type TaskFilter } from './input.ts';
import { holdsText, patternOf } from './search.ts';

/** A statement and its values; equal shapes give equal texts, so the database prepares each named one once. */
export interface BuiltStatement {
  name?: string;
  text: string;
  values: unknown[];
}

/** Collects the values of a statement and hands out their placeholders. */
export class Values {
  readonly list: unknown[] = [];

  add(value: unknown, type: string): string {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  }
}

/** A filter with its column and the values it was given. */
export type Equality = [key: ListFilter, column: string, values: readonly string[]];

const equalityColumns = Object.entries(listFilters).map(
  ([key, { column }]) => [key as ListFilter, column] as const,
);

function equalitiesOf(filter: TaskFilter): Equality[] {
  const all = equalityColumns.map(([key, column]): Equality => [key, column, unique(filter[key])]);
  return all.filter(([, , values]) => values.length > 0);
}

/** Chooses the filters whose columns lead an index: a run, else an approval state, else task and status together. */
export function drivingFilters(filter: TaskFilter): Equality[] {
  const given = equalitiesOf(filter).filter(([key]) => listFilters[key].leads !== 'never');
  const [first] = given;
  return first === undefined || listFilters[first[0]].leads === 'alone' ? given.slice(0, 1) : given;
}

/** The filter without those that the ranges take care of already. */
export function omitFilters(filter: TaskFilter, driving: Equality[]): TaskFilter {
  return { ...filter, ...Object.fromEntries(driving.map(([key]) => [key, undefined])) };
}

/** The conditions of the filters that hold one or several values, of acknowledgements, of whose tasks they are, and of a text in them. */
export function equalities(filter: TaskFilter, values: Values): string[] {
  const conditions = equalitiesOf(filter).map(([, column, list]) =>
    list.length === 1
      ? `${column} = ${values.add(list[0], 'text')}`
      : `${column} = ANY(${values.add(list, 'text[]')})`,
  );
  if (filter.acknowledged != null) conditions.push(filter.acknowledged ? isAcknowledged : isUnacknowledged);
  if (filter.isOfEngine) conditions.push('step IS NOT NULL');
  if (filter.text != null) conditions.push(holdsText(values.add(patternOf(filter.text), 'text')));
  return conditions;
}

/** The conditions of `since` (inclusive) and `until` (exclusive). */
export function timeRange({ since, until }: TaskFilter, values: Values, column = 'started_at'): string[] {
  const conditions = [];
  if (since) conditions.push(`${column} >= ${values.add(since, 'timestamptz')}`);
  if (until) conditions.push(`${column} < ${values.add(until, 'timestamptz')}`);
  return conditions;
}

/** The WHERE clause of some conditions, or nothing. */
export function whereClause(conditions: string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

function unique(list: readonly string[] = []): string[] {
  return [...new Set(list)];
}
