import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { serve, type TestServer } from '../../server/serve.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

const page = `query ($filter: DecisionFilter, $first: Int, $after: String, $last: Int, $before: String) {
  decisions(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    edges { cursor node { databaseId taskDatabaseId action outcome viewer via note refusal fromStatus toStatus } }
    pageInfo { hasNextPage hasPreviousPage }
  } }`;

describeOnEither('The record of decisions', (database) => {
  const store = storeOf(database);
  const graphql = serveGraphql(database);
  let rest: TestServer;
  let ids: number[] = [];
  const read = async (variables: object) => (await graphql.send(page, variables)).body.data.decisions;
  type Edge = { cursor: string; node: Record<string, unknown> & { databaseId: number } };

  beforeAll(async () => {
    rest = await serve(database.db());
    for (let run = 0; run < 4; run += 1) {
      const input = { task: 'asks', runId: `r${run}`, status: 'awaiting_approval' as const };
      const { task } = await createTask(store, everything, input);
      const ann = viewerNamed('ann');
      await decideTask(store, ann, task.id, 'approve', { note: '=1+1, "quoted"' });
      await decideTask(store, ann, task.id, 'approve', { via: 'cli' });
      await decideTask(store, viewerNamed('ben'), task.id, 'reject', { via: 'rest' }).catch(() => undefined);
    }
    ids = (await read({ first: 50 })).edges.map(({ node }: Edge) => node.databaseId);
  });

  it('has every attempt, newest first, with how it came and why it was refused', async () => {
    const { edges, totalCount } = await read({ first: 3 });
    expect(totalCount).toBe(12);
    expect(edges.map(({ node }: Edge) => node)).toMatchObject([
      {
        action: 'REJECT',
        outcome: 'REFUSED',
        viewer: 'ben',
        via: 'REST',
        refusal: expect.stringContaining('ann'),
      },
      { action: 'APPROVE', outcome: 'REPEATED', viewer: 'ann', via: 'CLI', refusal: null },
      { action: 'APPROVE', outcome: 'DECIDED', viewer: 'ann', via: 'GRAPHQL', note: '=1+1, "quoted"' },
    ]);
    expect(edges[2].node).toMatchObject({ fromStatus: 'AWAITING_APPROVAL', toStatus: 'SUCCEEDED' });
  });

  it.each([
    [{ viewer: 'ben' }, 4],
    [{ viewer: 'nobody' }, 0],
    [{ action: ['REJECT'] }, 4],
    [{ action: ['CANCEL', 'EXPIRE'] }, 0],
    [{ runId: 'r2' }, 3],
    [{ outcome: ['REFUSED', 'REPEATED'] }, 8],
    [{ taskDatabaseId: 1, outcome: ['DECIDED'] }, 1],
    [{ until: '2001-01-01T00:00:00Z' }, 0],
    [{ since: '2001-01-01T00:00:00Z' }, 12],
  ])('filtered by %j holds %i attempts', async (filter, count) => {
    expect(await read({ filter })).toMatchObject({ totalCount: count });
  });

  async function walk(first: number, after?: string): Promise<number[]> {
    const { edges, pageInfo } = await read({ first, after });
    const found = edges.map(({ node }: Edge) => node.databaseId);
    return pageInfo.hasNextPage ? [...found, ...(await walk(first, edges.at(-1).cursor))] : found;
  }
  async function walkBack(last: number, before?: string): Promise<number[]> {
    const { edges, pageInfo } = await read({ last, before });
    const found = edges.map(({ node }: Edge) => node.databaseId);
    return pageInfo.hasPreviousPage ? [...(await walkBack(last, edges[0].cursor)), ...found] : found;
  }

  it('is paged forwards and backwards without a gap or a repetition', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 13 }), fc.boolean(), async (size, backward) => {
        const seen = backward ? await walkBack(size) : await walk(size);
        expect(seen).toEqual(ids);
      }),
      { numRuns: 20 },
    );
    expect([...ids].sort((a, b) => b - a)).toEqual(ids);
  });

  it('is told with each task, with no more statements for many than for one', async () => {
    const query = (first: number) =>
      `{ tasks(first: ${first}) { nodes { databaseId decisions { databaseId } } } }`;
    const { body } = await graphql.send(query(4));
    const told = body.data.tasks.nodes as { databaseId: number; decisions: { databaseId: number }[] }[];
    for (const { databaseId, decisions } of told) {
      const own = await read({ filter: { taskDatabaseId: databaseId } });
      expect(decisions).toEqual(own.edges.map(({ node }: Edge) => ({ databaseId: node.databaseId })));
      expect(decisions).toHaveLength(3);
    }
    const [one, all] = [
      await graphql.statementsOf(() => graphql.send(query(1))),
      await graphql.statementsOf(() => graphql.send(query(4))),
    ];
    expect(all).toBe(one);
  });

  it('is a CSV in which no note is a formula', async () => {
    const answer = await rest.send('/agents/decisions.csv?viewer=ann&action=approve&outcome=decided&limit=2');
    expect(answer).toMatchObject({ status: 200, headers: { 'x-truncated': 'true' } });
    const [head, first] = answer.text.split('\r\n');
    expect(head).toBe(
      'id,decided_at,task_id,task,run_id,action,outcome,viewer,via,address,note,refusal,head,from_status,to_status,viewer_kind,subject,repository,pull_number,link_sha256,excerpt_sha256,proof,groups,policy,plan_hash,acting_for',
    );
    expect(first).toMatch(/^\d+,\d{4}-.*Z,4,asks,r3,approve,decided,ann,graphql,,"'=1\+1, ""quoted""",,,/);
    expect(answer.text.split('\r\n')).toHaveLength(4);
    for (const query of ['limit=0', 'task_id=x', 'outcome=maybe', 'action=maybe', 'since=never'])
      expect((await rest.send(`/agents/decisions.csv?${query}`)).status).toBe(422);
  });

  it('is nothing that the database lets anybody change', async () => {
    for (const text of [
      `UPDATE decisions SET viewer = 'eve'`,
      'DELETE FROM decisions WHERE id = 1',
      'TRUNCATE decisions',
    ])
      await expect(store.db.query({ text })).rejects.toThrow(/append-only/);
  });
});
