import { statementName } from '../../database/statementName.ts';
import type { Range } from '../input/page.ts';
import type { Position } from './cursor.ts';
import {
  type BuiltStatement,
  drivingFilters,
  equalities,
  timeRange,
  Values,
  whereClause,
} from './filterSql.ts';
import type { TaskFilter } from './input.ts';
import { selectWalk } from './moved.ts';
import { findMoved, hadStarted, orderBy, type Scan, scanMoved, scanRange } from './rangeSql.ts';
import { cutRegions, type Region, walkOf } from './regions.ts';
import { selectListed } from './task.ts';

/** Which rows of the order to read: the `limit` nearest to the start of the stretch, or to its end when `backward`. */
export interface TaskRange extends Range<Position> {
  limit: number;
  backward: boolean;
  /** A stretch of which to tell, in each row, whether it holds anything. */
  outside?: Range<Position>;
}

/**
 * Builds the one statement that reads a page of tasks. Each part of it is a pure index range of
 * `(…, started_at, id)`, so a page costs the same at any depth; several values of one filter are read as one
 * range each (LATERAL) and merged by their keys, before the rows themselves are fetched.
 */
export function buildPage(filter: TaskFilter, range: TaskRange): BuiltStatement {
  const values = new Values();
  const regions = cutRegions(filter, range);
  const columns = [selectListed];
  if (walkOf(range) === undefined) columns.push(selectWalk);
  if (regions.some(({ part }) => part === 'moved')) columns.push('sort_at AS "sortAt"');
  if (range.outside) columns.push(`${holds(filter, range.outside, values)} AS outside`);
  const scan = { columns: columns.join(', '), filter, forward: !range.backward, limit: range.limit };
  const [only] = regions;
  const text =
    only && regions.length === 1 && severalOf(filter).length === 0
      ? scanRange(scan, only, values)
      : merge(scan, regions, values);
  return {
    name: isNamed(regions, filter, range) ? statementName(text) : undefined,
    text,
    values: values.list,
  };
}

/**
 * The expression that says whether a stretch holds anything. The database evaluates it once and stops at the first
 * part that does, so the started tasks come first: the one at the cursor is nearly always among them. `OFFSET 0`
 * keeps it from forgetting the order of a part, which leads to the right index.
 */
function holds(filter: TaskFilter, stretch: Range<Position>, values: Values): string {
  const scan = { columns: 'id', filter, forward: false, limit: 1 };
  const regions = cutRegions(filter, stretch).sort((a) => (a.part === 'started' ? -1 : 1));
  const parts = regions.map((region) =>
    region.part === 'moved' ? findMoved(filter, region, values) : scanKeys(scan, region, values),
  );
  return `(${parts.map((part) => `EXISTS (${part} OFFSET 0)`).join(' OR ')})`;
}

/**
 * Builds the search for the task that is the `size`th of a stretch and for the one after it, by the filters that lead an
 * index and the time alone, so that nothing but keys is read.
 */
export function buildWindowEnd(
  filter: TaskFilter,
  stretch: Range<Position>,
  backward: boolean,
  size: number,
): BuiltStatement {
  const values = new Values();
  const driving = drivingFilters(filter);
  const { since, until } = filter;
  const leading: TaskFilter = {
    since,
    until,
    ...Object.fromEntries(driving.map(([key]) => [key, filter[key]])),
  };
  const regions = cutRegions(leading, stretch).filter(({ part }) => part === 'started');
  const scan = { columns: 'id', filter: leading, forward: !backward, limit: size + 1 };
  const keys = regions.map((region) => scanKeys(scan, region, values)).join(' UNION ALL ');
  const text =
    keys === ''
      ? 'SELECT id FROM agents_tasks WHERE false'
      : `SELECT id, sort_at AS "startedAt", ${selectWalk} FROM (${keys}) keys ORDER BY ${orderBy(['sort_at', 'id'], !backward)} OFFSET ${size - 1} LIMIT 2`;
  return { text, values: values.list };
}

/** Builds the count of the matching tasks, which stops at `bound`; planned each time, with its values known. */
export function buildCount(filter: TaskFilter, bound: number): BuiltStatement {
  const values = new Values();
  const conditions = whereClause([...equalities(filter, values), ...timeRange(filter, values)]);
  const text = `SELECT count(*) AS count FROM (SELECT 1 FROM agents_tasks${conditions} LIMIT ${bound}) matching`;
  return { text, values: values.list };
}

/** Builds the rows of a CSV: the given expressions over the newest `limit` matching tasks. */
export function buildCsvRows(
  filter: TaskFilter,
  limit: number,
  expressions: readonly string[],
): BuiltStatement {
  const values = new Values();
  const scan = { columns: expressions.join(', '), filter, forward: true, limit };
  const [region = { part: 'whole' }] = cutRegions(filter, {});
  const text =
    severalOf(filter).length === 0 ? scanRange(scan, region, values) : merge(scan, [region], values);
  return { text: `COPY (${text}) TO STDOUT (FORMAT csv, HEADER)`, values: values.list };
}

/** Builds a statement that gives a row when more than `limit` tasks match. */
export function buildCsvTruncation(filter: TaskFilter, limit: number): BuiltStatement {
  const values = new Values();
  const conditions = whereClause([...equalities(filter, values), ...timeRange(filter, values)]);
  return { text: `SELECT 1 FROM agents_tasks${conditions} OFFSET ${limit} LIMIT 1`, values: values.list };
}

/** Reads the keys of every region in order, cuts, and fetches the rows of those that are left. */
function merge(scan: Scan, regions: Region[], values: Values): string {
  const { columns, forward, limit } = scan;
  const keys = regions.map((region) => `(${scanKeys(scan, region, values)})`).join(' UNION ALL ');
  const nearest = `SELECT * FROM (${keys}) parts(task_id, sort_at) ORDER BY ${orderBy(['sort_at', 'task_id'], forward)} LIMIT ${limit}`;
  return `SELECT ${columns} FROM (${nearest}) page JOIN agents_tasks ON id = task_id ORDER BY ${orderBy(['sort_at', 'id'], forward)}`;
}

/** Reads the keys of one region: one range, or one for each combination of the filters' values. */
function scanKeys(scan: Scan, region: Region, values: Values): string {
  const keys = { ...scan, columns: `id, ${sortKey(region)} AS sort_at` };
  if (region.part === 'moved') return scanMoved(keys, region, values);
  const several = severalOf(scan.filter);
  const range = scanRange(keys, region, values);
  if (several.length === 0) return range;
  const wanted = several.map(
    ([, column, list]) => `unnest(${values.add(list, 'text[]')}) AS wanted_${column}(value)`,
  );
  return `SELECT ranges.id, ranges.sort_at FROM ${wanted.join(' CROSS JOIN ')} CROSS JOIN LATERAL (${range}) ranges ORDER BY ${orderBy(['sort_at', 'ranges.id'], scan.forward)} LIMIT ${scan.limit}`;
}

/** The driving filters with more than one value: they need a range for each. */
function severalOf(filter: TaskFilter) {
  return drivingFilters(filter).filter(([, , list]) => list.length > 1);
}

function sortKey({ part }: Region): string {
  if (part === 'moved') return 'place';
  return part === 'unstarted' ? 'NULL::timestamptz' : 'started_at';
}

/**
 * Whether the statement is kept prepared. Pages of other sizes are rare, and how many tasks started since a walk began
 * the database must know to find them well: those are planned each time. Tasks that were moved after they had started are
 * few, whenever that was.
 */
function isNamed(regions: Region[], filter: TaskFilter, { limit }: TaskRange): boolean {
  return (
    namedLimits.has(limit) && regions.every((region) => region.part !== 'moved' || hadStarted(region, filter))
  );
}

const namedLimits = new Set([51, 101, 201]);
