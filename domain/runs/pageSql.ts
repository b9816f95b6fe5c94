import { runStatuses } from '../../contract/words/runStatus.ts';
import type { Range } from '../input/page.ts';
import { Values, whereClause } from '../tasks/filterSql.ts';
import { orderBy } from '../tasks/rangeSql.ts';
import type { RunFilter } from './input.ts';
import { hasLeads, type Lead, leadsOf } from './leads.ts';
import { summarize } from './run.ts';

/** Where a run stands in the order of lists: newest first. */
export interface RunPosition {
  createdAt: string;
  runId: string;
}

/** Which runs of the order to read: the `limit` nearest to the start of the stretch, or to its end when `backward`. */
export interface RunRange extends Range<RunPosition> {
  limit: number;
  backward: boolean;
  /** A stretch of which to tell, in each row, whether it holds anything. */
  outside?: Range<RunPosition> | undefined;
}

/**
 * Builds the one statement that reads a page of runs. Each combination of the filters' values is one range of an index in
 * the order of the list, so a page costs the same at any depth.
 */
export function buildRunPage(filter: RunFilter, { limit, backward, outside, ...stretch }: RunRange) {
  const values = new Values();
  const keys = scanKeys(filter, stretch, { limit, backward, values });
  const from = `(SELECT runs.* FROM (${keys}) page JOIN runs ON runs.run_id = page.run_id) runs`;
  // `OFFSET 0` keeps the database from forgetting the order, which leads to the right index.
  const also = outside
    ? `, EXISTS (${scanKeys(filter, outside, { limit: 1, backward: false, values })} OFFSET 0) AS outside`
    : '';
  const order = orderBy(['runs.created_at', 'runs.run_id'], !backward);
  return { text: `${summarize(from, also)} ORDER BY ${order}`, values: values.list };
}

/** Builds the count of the matching runs, which stops at `bound`. */
export function buildRunCount(filter: RunFilter, bound: number) {
  const values = new Values();
  const { since, until, labels = [] } = filter;
  const isFiltered = hasLeads(filter);
  const conditions = [...(isFiltered ? equalities(filter, values) : [])];
  if (since) conditions.push(`created_at >= ${values.add(since, 'timestamptz')}`);
  if (until) conditions.push(`created_at < ${values.add(until, 'timestamptz')}`);
  if (labels.length > 0)
    conditions.push(
      `run_id IN (SELECT run_id FROM run_labels WHERE label = ANY(${values.add(labels, 'text[]')}))`,
    );
  const table = isFiltered ? 'run_counts' : 'runs';
  return {
    text: `SELECT count(*) AS count FROM (SELECT 1 FROM ${table}${whereClause(conditions)} LIMIT ${bound}) counted`,
    values: values.list,
  };
}

interface Scan {
  limit: number;
  backward: boolean;
  values: Values;
}

/** Reads the keys of the runs of a stretch, nearest to its start or end first. */
function scanKeys(filter: RunFilter, stretch: Range<RunPosition>, scan: Scan): string {
  const { labels = [] } = filter;
  const range = boundsOf(filter, stretch);
  const { limit, backward } = scan;
  if (!hasLeads(filter)) return scanRange('runs', [], range, scan);
  const parts =
    labels.length > 0
      ? [scanLabels(filter, labels, range, scan)]
      : leadsOf(filter).map((lead) => scanLead(lead, filter.statuses, range, scan));
  if (parts.length === 0) return 'SELECT run_id, created_at FROM runs WHERE false';
  const keys = parts.map((part) => `(${part})`).join(' UNION ALL ');
  return `SELECT run_id, created_at FROM (${keys}) parts ORDER BY ${orderBy(['created_at', 'run_id'], !backward)} LIMIT ${limit}`;
}

/** Reads the runs of some plans or projects: one range for each of them and each status. */
function scanLead(
  { columns, rows }: Lead,
  statuses: RunFilter['statuses'],
  range: Bounds,
  scan: Scan,
): string {
  const { values } = scan;
  const wanted = statuses === undefined || statuses.length === 0 ? runStatuses : statuses;
  const sources = [`unnest(${values.add([...new Set(wanted)], 'text[]')}) AS wanted_status(status)`];
  if (columns.length > 0) {
    const lists = columns.map((_, index) =>
      values.add(
        rows.map((row) => row[index]),
        'text[]',
      ),
    );
    sources.unshift(`unnest(${lists.join(', ')}) AS wanted(${columns.join(', ')})`);
  }
  const lead = [
    ...columns.map((column) => ({ column, value: `wanted.${column}` })),
    { column: 'status', value: 'wanted_status.status' },
  ];
  // The indexes of plans and projects hold none of the runs that were reported from outside.
  const also = columns.map((column) => `${column} IS NOT NULL`);
  return `SELECT found.* FROM ${sources.join(' CROSS JOIN ')} CROSS JOIN LATERAL (${scanRange('run_counts', lead, range, scan, also)}) found`;
}

/** Reads the runs with some labels, of which the other filters hold. */
function scanLabels(filter: RunFilter, labels: readonly string[], range: Bounds, scan: Scan): string {
  const { values } = scan;
  const conditions = equalities(filter, values);
  const also =
    conditions.length === 0
      ? []
      : [
          `EXISTS (SELECT 1 FROM run_counts${whereClause(['run_counts.run_id = run_labels.run_id', ...conditions])})`,
        ];
  const lead = [{ column: 'label', value: 'wanted.label' }];
  // A run may have several of them.
  return `SELECT DISTINCT found.* FROM unnest(${values.add([...new Set(labels)], 'text[]')}) AS wanted(label) CROSS JOIN LATERAL (${scanRange('run_labels', lead, range, scan, also)}) found`;
}

/**
 * One range of one index. Its leading columns are bounded and sorted together with the time and the id, so that the
 * database takes no other index.
 */
function scanRange(
  table: string,
  lead: readonly { column: string; value: string }[],
  { high, low }: Bounds,
  { limit, backward, values }: Scan,
  also: readonly string[] = [],
): string {
  const columns = [...lead.map(({ column }) => column), 'created_at', 'run_id'];
  const bound = (operator: string, { createdAt, runId, inclusive }: Bound) =>
    `(${columns.join(', ')}) ${operator}${inclusive ? '=' : ''} (${[
      ...lead.map(({ value }) => value),
      values.add(createdAt, 'timestamptz'),
      values.add(runId, 'text'),
    ].join(', ')})`;
  const isBounded = lead.length > 0;
  const conditions = [
    ...(high || isBounded ? [bound('<', high ?? end)] : []),
    ...(low || isBounded ? [bound('>', low ?? beginning)] : []),
    ...also,
  ];
  return `SELECT run_id, created_at FROM ${table}${whereClause(conditions)} ORDER BY ${orderBy(columns, !backward)} LIMIT ${limit}`;
}

interface Bound extends RunPosition {
  inclusive: boolean;
}

interface Bounds {
  high?: Bound | undefined;
  low?: Bound | undefined;
}

const end: Bound = { createdAt: 'infinity', runId: '', inclusive: false };
const beginning: Bound = { createdAt: '-infinity', runId: '', inclusive: true };

/** Of a cursor and the filter's time only the tighter one bounds the range: an index range has one end on a side. */
function boundsOf(
  { since, until }: RunFilter,
  { after, before, inclusive = false }: Range<RunPosition>,
): Bounds {
  const moment = (time: string) => Date.parse(time);
  const high: Bound | undefined = after && { ...after, inclusive };
  const low: Bound | undefined = before && { ...before, inclusive };
  return {
    high:
      until && (high === undefined || moment(until) <= moment(high.createdAt))
        ? { createdAt: until, runId: '', inclusive: false }
        : high,
    low:
      since && (low === undefined || moment(since) > moment(low.createdAt))
        ? { createdAt: since, runId: '', inclusive: true }
        : low,
  };
}

/** The conditions of the filters that hold one or several values, labels aside. */
function equalities(filter: RunFilter, values: Values): string[] {
  const { statuses = [], projects = [], plans = [] } = filter;
  const conditions = [];
  if (statuses.length > 0) conditions.push(`status = ANY(${values.add(statuses, 'text[]')})`);
  if (projects.length + plans.length === 0) return conditions;
  const leads = leadsOf(filter).map(({ columns, rows }) => {
    const lists = columns.map((_, index) =>
      values.add(
        rows.map((row) => row[index]),
        'text[]',
      ),
    );
    return `(${columns.join(', ')}) IN (SELECT * FROM unnest(${lists.join(', ')}))`;
  });
  return [...conditions, leads.length === 0 ? 'false' : `(${leads.join(' OR ')})`];
}
