import { describe, expect, it } from 'vitest';
import { type DecisionFilter, readDecisionPage } from '../../../domain/approvals/record.ts';
import { useDatabase } from '../../support/databases.ts';

describe('A page of the record of decisions', () => {
  const database = useDatabase('postgres');

  it('reads hardly more than it gives, however rare what is asked for is among the others', async () => {
    const db = database.db();
    await db.query({
      text: `INSERT INTO decisions (task_id, action, outcome, viewer, via)
        SELECT n, CASE WHEN n % 10000 = 3 THEN 'trust' WHEN n % 3 = 0 THEN 'reject' ELSE 'approve' END,
          CASE WHEN n % 10000 = 7 THEN 'refused' ELSE 'decided' END, 'mara', 'graphql' FROM generate_series(1, 40000) n`,
    });
    await db.query({ text: 'VACUUM ANALYZE decisions' });
    const read = async (filter: DecisionFilter, after?: string) => {
      let blocks = 0;
      const spy = {
        async query(statement: { text: string; values?: readonly unknown[] }) {
          const [found] = await db.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>({
            ...statement,
            text: `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement.text}`,
          });
          const plan = found?.['QUERY PLAN'][0].Plan;
          blocks = (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
          return db.query(statement);
        },
      };
      const page = await readDecisionPage(spy as never, filter, { first: 3, after });
      return { blocks, ids: page.edges.map(({ node }) => node.id), last: page.edges.at(-1)?.cursor };
    };
    const trusted = await read({ actions: ['trust'] });
    expect(trusted.ids).toEqual([30003, 20003, 10003]);
    const refused = await read({ outcomes: ['refused'] }, trusted.last);
    expect(refused.ids).toEqual([7]);
    const both = await read({ actions: ['approve', 'trust'], outcomes: ['refused', 'done'] });
    expect(both.ids).toEqual([30007, 10007, 7]);
    const common = await read({ actions: ['approve', 'reject'] });
    expect(common.ids).toEqual([40000, 39999, 39998]);
    for (const { blocks } of [trusted, refused, both, common]) expect(blocks).toBeLessThan(400);
  });
});
