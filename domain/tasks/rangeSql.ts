import type { Position, Walk } from './cursor.ts';
import { drivingFilters, equalities, omitFilters, timeRange, type Values, whereClause } from './filterSql.ts';
import type { TaskFilter } from './input.ts';
import { movedSince } from './moved.ts';
import type { Bound, Region } from './regions.ts';

/** How a region is read: what to select, which way, at most how many. */
export interface Scan {
  columns: string;
  filter: TaskFilter;
  forward: boolean;
  limit: number;
}

/**
 * Builds the read of one region as one index range. An equal value could be read through any index, and PostgreSQL,
 * which plans a prepared statement without knowing its values, takes a wrong one for rare values. So the columns of
 * the filter are bounded and sorted together with the time and the id: only the index in that order will do.
 * A filter with several values stands for one of them, `wanted_<column>.value`. The limit stands in the text because
 * PostgreSQL plans an unknown one badly.
 */
export function scanRange({ columns, filter, forward, limit }: Scan, region: Region, values: Values): string {
  const driving = drivingFilters(filter);
  const lead = driving.map(([, column, list]) => ({
    column,
    value: list.length === 1 ? values.add(list[0], 'text') : `wanted_${column}.value`,
  }));
  const rest = equalities(omitFilters(filter, driving), values);
  const conditions = [...conditionsOf(region, lead, values), ...rest];
  if (region.part === 'unstarted') conditions.push(...timeRange(filter, values));
  // The index of approval states holds none of the tasks that nobody was asked about.
  if (driving.some(([key]) => key === 'approvalStates')) conditions.push('approval_state IS NOT NULL');
  const sorted = [
    ...(region.part === 'unstarted' ? [] : lead.map(({ column }) => column)),
    'started_at',
    'id',
  ];
  return `SELECT ${columns} FROM agents_tasks${whereClause(conditions)} ORDER BY ${orderBy(sorted, forward)} LIMIT ${limit}`;
}

/** Builds the read of the tasks that moved since the walk began, in the order of where they stood. */
export function scanMoved(
  { columns, filter, forward, limit }: Scan,
  region: Region & { part: 'moved' },
  values: Values,
): string {
  return `SELECT ${columns} FROM ${movedRows(filter, region, values)} ORDER BY ${orderBy(['place', 'id'], forward)} LIMIT ${limit}`;
}

/** Builds the search for any task that moved since the walk began. */
export function findMoved(filter: TaskFilter, region: Region & { part: 'moved' }, values: Values): string {
  return `SELECT 1 FROM ${movedRows(filter, region, values)}`;
}

/** Says whether all that a region of moved tasks can hold had started when the walk began: few such ones ever move. */
export function hadStarted(
  { stretch: { after } }: Region & { part: 'moved' },
  { since, until }: TaskFilter,
): boolean {
  return (after !== undefined && after.startedAt !== null) || since !== undefined || until !== undefined;
}

function movedRows(filter: TaskFilter, region: Region & { part: 'moved' }, values: Values): string {
  const { hasMoved, place } = movedSince(region.walk, values);
  const { after, before, inclusive = false } = region.stretch;
  const isStarted = hadStarted(region, filter);
  const within = [
    ...(after ? [isBeyond(after, '<', inclusive, values)] : []),
    ...(before ? [isBeyond(before, '>', inclusive, values)] : []),
    ...(isStarted ? ['place IS NOT NULL'] : []),
    ...equalities(filter, values),
    ...timeRange(filter, values, 'place'),
  ];
  const inner = `SELECT *, ${place} AS place FROM agents_tasks WHERE ${isStarted ? 'had_started AND ' : ''}${hasMoved} OFFSET 0`;
  return `(${inner}) moved${whereClause(within)}`;
}

/** Whether a place comes after a position in the order, or before it. */
function isBeyond(
  { startedAt, id }: Position,
  operator: '<' | '>',
  inclusive: boolean,
  values: Values,
): string {
  const compared = inclusive ? `${operator}=` : operator;
  const ownId = values.add(id, 'int');
  if (startedAt === null)
    return operator === '<'
      ? `(place IS NOT NULL OR id ${compared} ${ownId})`
      : `(place IS NULL AND id ${compared} ${ownId})`;
  const among = `(place, id) ${compared} (${values.add(startedAt, 'timestamptz')}, ${ownId})`;
  return operator === '<' ? `(place IS NOT NULL AND ${among})` : `(place IS NULL OR ${among})`;
}

/** PostgreSQL puts nulls first for DESC and last for ASC by itself, which is the order of every list. */
export function orderBy(columns: string[], forward: boolean): string {
  return columns.map((column) => `${column} ${forward ? 'DESC' : 'ASC'}`).join(', ');
}

type Lead = { column: string; value: string }[];

function conditionsOf(region: Region, lead: Lead, values: Values): string[] {
  const columns = lead.map(({ column }) => column);
  const wanted = lead.map(({ value }) => value);
  if (region.part === 'whole') {
    return lead.length === 0 ? [] : ['<=', '>='].map((operator) => compare(columns, operator, wanted));
  }
  if (region.part !== 'started') {
    if (region.part === 'moved') return [];
    const equal = lead.map(({ column, value }) => `${column} = ${value}`);
    return [
      ...equal,
      'started_at IS NULL',
      ...idConditions(region, values),
      ...notMoved(region.walk, values),
    ];
  }
  const bound = (operator: string, { startedAt, id, inclusive }: Bound) =>
    compare([...columns, 'started_at', 'id'], inclusive ? `${operator}=` : operator, [
      ...wanted,
      values.add(startedAt, 'timestamptz'),
      values.add(id, 'int'),
    ]);
  const conditions = [bound('<', region.high)];
  if (region.low || lead.length > 0) conditions.push(bound('>', region.low ?? beginning));
  return [...conditions, ...notMoved(region.walk, values)];
}

function notMoved(walk: Walk, values: Values): string[] {
  return walk.asOf === undefined ? [] : [movedSince(walk, values).hasNotMoved];
}

const beginning: Bound = { startedAt: '-infinity', id: 0, inclusive: true };

function idConditions(region: Region & { part: 'unstarted' }, values: Values): string[] {
  return region.ids.map(({ operator, id }) => `id ${operator} ${values.add(id, 'int')}`);
}

function compare(columns: string[], operator: string, values: string[]): string {
  return `(${columns.join(', ')}) ${operator} (${values.join(', ')})`;
}
