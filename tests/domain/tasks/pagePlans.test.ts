import { beforeAll, describe, expect, it } from 'vitest';
import { fewTasks, generateTasks, rareTaskName } from '../../../bench/data/generate.ts';
import type { Position } from '../../../domain/tasks/cursor.ts';
import { ofFailures, type TaskFilter } from '../../../domain/tasks/input.ts';
import { buildPage, type TaskRange } from '../../../domain/tasks/pageSql.ts';
import { useDatabase } from '../../support/databases.ts';

const since = '2024-01-05T00:00:00Z';
const filters: Record<string, TaskFilter> = {
  nothing: {},
  'a rare status': { statuses: ['awaiting_approval'] },
  'a common status': { statuses: ['failed'] },
  'the status of those not started': { statuses: ['queued'] },
  'a rare task': { tasks: [rareTaskName] },
  'a rare task in a rare status': { tasks: [rareTaskName], statuses: ['awaiting_approval'] },
  'a run': { runIds: ['nightly-2024-01-05-0230'] },
  'several statuses': { statuses: ['awaiting_approval', 'running', 'queued'] },
  'several tasks and statuses': {
    tasks: [rareTaskName, 'code.review'],
    statuses: ['awaiting_approval', 'failed'],
  },
  'several statuses since a time': { statuses: ['awaiting_approval', 'running'], since },
  'failures that somebody is on': ofFailures({ acknowledged: true }),
  'failures that nobody is on': ofFailures({ acknowledged: false }),
  'an approval state': { approvalStates: ['pending'] },
  'a time that none has reached': { since: '2030-01-01T00:00:00Z' },
};

describe('The plan of a page, made without knowing its values,', () => {
  const database = useDatabase('postgres');
  const positions: Record<string, Position> = {};

  beforeAll(async () => {
    await generateTasks((text) => database.db().query({ text }), fewTasks);
    // Few, and far apart.
    await database.db().query({
      text: "UPDATE agents_tasks SET acknowledged_at = now(), acknowledged_by = 'ann' WHERE status = 'failed' AND id % 997 = 0",
    });
    positions.deep = await positionAt(fewTasks.tasks * 0.9);
    positions.unstarted = await positionAt(fewTasks.queued / 2);
  });

  it.each(Object.keys(filters))('reads hardly more than it gives: filter by %s', async (name) => {
    const { deep, unstarted } = positions;
    const stretches: Partial<TaskRange>[] = [
      {},
      { backward: true },
      { after: deep },
      { after: unstarted },
      { before: deep, backward: true },
      { after: unstarted, before: deep },
      { after: deep, outside: { before: deep, inclusive: true } },
    ];
    for (const stretch of stretches) {
      const page = buildPage(filters[name] ?? {}, { limit: 51, backward: false, ...stretch });
      expect(await blocksRead(page)).toBeLessThan(600);
    }
  });

  async function positionAt(offset: number): Promise<Position> {
    const [row] = await database.db().query<Position>({
      text: `SELECT started_at AS "startedAt", id, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS "asOf"
        FROM agents_tasks ORDER BY started_at DESC, id DESC OFFSET ${offset} LIMIT 1`,
    });
    if (!row) throw new Error('There are fewer tasks than that.');
    return row;
  }

  /** Executes a page as a connection does that has prepared it often, or plans it anew when it is not kept. */
  function blocksRead({ name, text, values }: ReturnType<typeof buildPage>): Promise<number> {
    const explain = 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)';
    return database.db().transaction(async (tx) => {
      if (name !== undefined) {
        await tx.query({ text: 'SET LOCAL plan_cache_mode TO force_generic_plan' });
        await tx.query({ text: `PREPARE page AS ${text}` });
      }
      const literals = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
      const [row] = await tx.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        name === undefined
          ? { text: `${explain} ${text}`, values }
          : { text: `${explain} EXECUTE page${literals}` },
      );
      if (name !== undefined) await tx.query({ text: 'DEALLOCATE page' });
      const plan = row?.['QUERY PLAN'][0].Plan;
      return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
    });
  }
});

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]`;
  return typeof value === 'number' ? String(value) : `'${value}'`;
}
