import type { Stretch } from '../page.ts';
import { statementName } from '../statementName.ts';
import type { Position } from './cursor.ts';
import {
  type BuiltStatement,
  drivingFilters,
  equalities,
  period,
  severalOf,
  Values,
  where,
  without,
} from './filterSql.ts';
import type { TaskFilter } from './input.ts';
import { selectTask } from './task.ts';

/** Which rows of the order to read: the `limit` nearest to the start of the stretch, or to its end when `backward`. */
export interface Range extends Stretch<Position> {
  limit: number;
  backward: boolean;
}

/**
 * Builds the one statement that reads a page of tasks. Each part of it is a pure index range of
 * `(…, started_at, id)`, so a page costs the same at any depth; several values of one filter are read as one
 * range each (LATERAL) and merged by their keys, before the rows themselves are fetched.
 */
export function buildPage(filter: TaskFilter, range: Range): BuiltStatement {
  const values = new Values();
  const forward = !range.backward;
  const asOf = range.after?.asOf ?? range.before?.asOf;
  const regions = regionsOf(range, asOf, values);
  const began =
    asOf === undefined ? '(SELECT last_value FROM agents_tasks_moves)' : values.add(asOf, 'bigint');
  const columns = `${selectTask}, ${began} AS "asOf"`;
  const [only] = regions;
  const text =
    only && regions.length === 1 && severalOf(filter).length === 0
      ? scanOne(`${columns}, ${sortKey(only)} AS "sortAt"`, only, filter, forward, range.limit, values)
      : merge(`${columns}, sort_at AS "sortAt"`, regions, filter, forward, range.limit, values);
  return { name: namedLimits.has(range.limit) ? statementName(text) : undefined, text, values: values.list };
}

/** Builds the count of the matching tasks, which stops at `bound`. */
export function buildCount(filter: TaskFilter, bound: number): BuiltStatement {
  const values = new Values();
  const conditions = where([...equalities(filter, values), ...period(filter, values)]);
  const text = `SELECT count(*) AS count FROM (SELECT 1 FROM agents_tasks${conditions} LIMIT ${bound}) matching`;
  return { name: statementName(text), text, values: values.list };
}

/** Builds the rows of a CSV: the given expressions over the newest `limit` matching tasks. */
export function buildCsvRows(
  filter: TaskFilter,
  limit: number,
  expressions: readonly string[],
): BuiltStatement {
  const values = new Values();
  const region = { conditions: [], unstarted: false };
  const columns = expressions.join(', ');
  const text =
    severalOf(filter).length === 0
      ? scanOne(columns, region, filter, true, limit, values)
      : merge(columns, [region], filter, true, limit, values);
  return { text: `COPY (${text}) TO STDOUT (FORMAT csv, HEADER)`, values: values.list };
}

/** Builds a statement that gives a row when more than `limit` tasks match. */
export function buildCsvTruncation(filter: TaskFilter, limit: number): BuiltStatement {
  const values = new Values();
  const conditions = where([...equalities(filter, values), ...period(filter, values)]);
  return { text: `SELECT 1 FROM agents_tasks${conditions} OFFSET ${limit} LIMIT 1`, values: values.list };
}

/** A part of the order: its conditions, and whether its rows sort as not started. */
interface Region {
  conditions: string[];
  unstarted: boolean;
}

/**
 * Cuts what lies between two positions into index ranges. The order has two parts: the tasks that had not
 * started when the walk began (by id), then the started ones (by time and id). A task that started since then
 * stays in the first part for this walk.
 */
function regionsOf(range: Range, asOf: number | undefined, values: Values): Region[] {
  const { after, before } = range;
  if (after === undefined && before === undefined) return [{ conditions: [], unstarted: false }];
  const regions: Region[] = [];
  if (after === undefined || after.startedAt === null) regions.push(...unstartedRegions(range, asOf, values));
  if (before === undefined || before.startedAt !== null) regions.push(startedRegion(range, asOf, values));
  return regions.length > 0 ? regions : [{ conditions: ['false'], unstarted: false }];
}

function unstartedRegions(
  { after, before, inclusive }: Range,
  asOf: number | undefined,
  values: Values,
): Region[] {
  const equal = inclusive ? '=' : '';
  const bounds: string[] = [];
  if (after) bounds.push(`id <${equal} ${values.add(after.id, 'bigint')}`);
  if (before?.startedAt === null) bounds.push(`id >${equal} ${values.add(before.id, 'bigint')}`);
  const still = { conditions: ['started_at IS NULL', ...bounds], unstarted: true };
  if (asOf === undefined) return [still];
  const moved = `started_at IS NOT NULL AND moved_seq > ${values.add(asOf, 'bigint')}`;
  return [still, { conditions: [moved, ...bounds], unstarted: true }];
}

function startedRegion(
  { after, before, inclusive }: Range,
  asOf: number | undefined,
  values: Values,
): Region {
  const equal = inclusive ? '=' : '';
  const conditions: string[] = [];
  if (after?.startedAt) conditions.push(`(started_at, id) <${equal} ${values.addPosition(after)}`);
  if (before) conditions.push(`(started_at, id) >${equal} ${values.addPosition(before)}`);
  if (conditions.length === 0) conditions.push('started_at IS NOT NULL');
  if (asOf !== undefined)
    conditions.push(`(moved_seq IS NULL OR moved_seq <= ${values.add(asOf, 'bigint')})`);
  return { conditions, unstarted: false };
}

/** Reads the keys of every region in order, cuts, and fetches the rows of those that are left. */
function merge(
  columns: string,
  regions: Region[],
  filter: TaskFilter,
  forward: boolean,
  limit: number,
  values: Values,
) {
  const keys = regions
    .map((region) => `(${scanEach(region, filter, forward, limit, values)})`)
    .join(' UNION ALL ');
  const nearest = `SELECT * FROM (${keys}) parts(task_id, sort_at) ORDER BY ${orderBy('sort_at', forward, 'task_id')} LIMIT ${limit}`;
  return `SELECT ${columns} FROM (${nearest}) page JOIN agents_tasks ON id = task_id ORDER BY ${orderBy('sort_at', forward)}`;
}

/** Reads the keys of one region: one range, or one for each combination of the filters' values. */
function scanEach(
  region: Region,
  filter: TaskFilter,
  forward: boolean,
  limit: number,
  values: Values,
): string {
  const several = severalOf(filter);
  const range = scanOne(`id, ${sortKey(region)} AS sort_at`, region, filter, forward, limit, values);
  if (several.length === 0) return range;
  const wanted = several.map(
    ([, column, list]) => `unnest(${values.add(list, 'text[]')}) AS wanted_${column}(value)`,
  );
  return `SELECT ranges.id, ranges.sort_at FROM ${wanted.join(' CROSS JOIN ')} CROSS JOIN LATERAL (${range}) ranges ORDER BY ${orderBy('sort_at', forward, 'ranges.id')} LIMIT ${limit}`;
}

/** Reads one index range; the limit stands in the text because PostgreSQL plans an unknown one badly. */
function scanOne(
  columns: string,
  region: Region,
  filter: TaskFilter,
  forward: boolean,
  limit: number,
  values: Values,
) {
  const driving = drivingFilters(filter);
  const conditions = [
    ...driving.map(([, column, list]) =>
      list.length === 1 ? `${column} = ${values.add(list[0], 'text')}` : `${column} = wanted_${column}.value`,
    ),
    ...equalities(without(filter, driving), values),
    ...region.conditions,
    ...period(filter, values),
  ];
  const order = region.unstarted ? `id ${forward ? 'DESC' : 'ASC'}` : orderBy('started_at', forward);
  return `SELECT ${columns} FROM agents_tasks${where(conditions)} ORDER BY ${order} LIMIT ${limit}`;
}

function sortKey(region: Region): string {
  return region.unstarted ? 'NULL::timestamptz' : 'started_at';
}

/** PostgreSQL puts nulls first for DESC and last for ASC by itself, which is the order of every list. */
function orderBy(time: string, forward: boolean, id = 'id'): string {
  return forward ? `${time} DESC, ${id} DESC` : `${time} ASC, ${id} ASC`;
}

/** Pages of other sizes are rare: they are planned each time rather than kept prepared. */
const namedLimits = new Set([51, 101, 201]);
