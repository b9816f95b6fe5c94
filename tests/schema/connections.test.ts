import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeOnBoth } from '../support/databases.ts';
import { sized } from '../support/form.ts';
import { serveGraphql } from '../support/graphql.ts';

const page = `
  query Page($first: Int, $after: String, $last: Int, $before: String, $filter: TaskFilter) {
    tasks(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      edges { cursor node { databaseId } }
      nodes { databaseId }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;

/** Starts with ties and nulls, so that every kind of boundary comes up. */
const starts = [
  null,
  '2025-01-02',
  null,
  '2025-01-02',
  '2025-01-02',
  '2025-01-01',
  '2025-01-03',
  '2025-01-01',
  null,
  '2025-01-02',
];

describeOnBoth('A connection of tasks', (database) => {
  const graphql = serveGraphql(database);
  let cursors: string[] = [];
  let ids: number[] = [];

  beforeAll(async () => {
    for (const [index, start] of starts.entries()) {
      await database.db().query({
        text: `INSERT INTO agents_tasks (task, run_id, status, started_at) VALUES ($1, $2, 'running', $3)`,
        values: [`step.${index % 3}`, `run-${index % 2}`, start],
      });
    }
    const { body } = await graphql.send(page, { first: 200 });
    cursors = body.data.tasks.edges.map((edge: { cursor: string }) => edge.cursor);
    ids = body.data.tasks.nodes.map((node: { databaseId: number }) => node.databaseId);
  });

  it('lists tasks that have not started first, then the latest start, then the latest record', () => {
    expect(ids).toEqual([9, 3, 1, 7, 10, 5, 4, 2, 8, 6]);
  });

  it('holds to the rules of Relay in every combination of first, after, last and before', async () => {
    const size = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined });
    const place = fc.option(fc.integer({ min: 0, max: starts.length - 1 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(size, size, place, place, async (first, last, after, before) => {
        const variables = {
          first,
          last,
          after: after === undefined ? undefined : cursors[after],
          before: before === undefined ? undefined : cursors[before],
        };
        const { body } = await graphql.send(page, variables);
        const { edges, nodes, pageInfo } = body.data.tasks;
        expect(nodes.map((node: { databaseId: number }) => node.databaseId)).toEqual(
          model(ids, { first, last, after, before }),
        );
        expect(edges.map((edge: { node: object }) => edge.node)).toEqual(nodes);
        expect(pageInfo.startCursor).toBe(edges[0]?.cursor ?? null);
        expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
        if (first !== undefined && last === undefined) {
          expect(pageInfo.hasNextPage).toBe(first < between(ids, after, before).length);
        }
        if (last !== undefined && first === undefined) {
          expect(pageInfo.hasPreviousPage).toBe(last < between(ids, after, before).length);
        }
      }),
      { numRuns: sized({ short: 80, full: 150 }) },
    );
  });

  it('says whether there is more on the other side, too', async () => {
    const forward = await graphql.send(page, { first: 2, after: cursors[3] });
    expect(forward.body.data.tasks.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    const backward = await graphql.send(page, { last: 2, before: cursors[3] });
    expect(backward.body.data.tasks.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    const start = await graphql.send(page, { first: 2 });
    expect(start.body.data.tasks.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  it('reads a page, both its ends included, with one statement, and counts only when that is selected', async () => {
    const count = (query: string, variables?: object) =>
      graphql.statementsOf(() => graphql.send(query, variables));
    expect(
      await count('{ tasks(first: 3) { nodes { id status } pageInfo { hasNextPage endCursor } } }'),
    ).toBe(1);
    expect(await count('{ tasks(first: 3) { totalCount nodes { id } } }')).toBe(2);
    expect(await count(page, { first: 3, after: cursors[2] })).toBe(1);
    const everything = `query ($after: String) { tasks(first: 3, after: $after) {
      totalCount nodes { run { runId counts { total } } } pageInfo { hasNextPage hasPreviousPage } } }`;
    expect(await count(everything, { after: cursors[2] })).toBe(3);
    expect(await count('{ tasks(first: 9) { totalCount nodes { run { runId counts { total } } } } }')).toBe(
      3,
    );
  });

  it('reads the tasks of a page of runs with one statement, and the runs with another', async () => {
    const query =
      '{ runs { totalCount nodes { runId tasks(first: 2) { totalCount nodes { databaseId } pageInfo { hasNextPage } } } } }';
    let answer: Awaited<ReturnType<typeof graphql.send>> | undefined;
    const statements = await graphql.statementsOf(async () => (answer = await graphql.send(query)));
    expect(answer?.body.data.runs).toEqual({
      totalCount: 2,
      nodes: expect.arrayContaining([
        {
          runId: 'run-0',
          tasks: {
            totalCount: 5,
            nodes: [{ databaseId: 9 }, { databaseId: 3 }],
            pageInfo: { hasNextPage: true },
          },
        },
        {
          runId: 'run-1',
          tasks: {
            totalCount: 5,
            nodes: [{ databaseId: 10 }, { databaseId: 4 }],
            pageInfo: { hasNextPage: true },
          },
        },
      ]),
    });
    expect(statements).toBe(3);
  });

  it('pages through the tasks of one run, and refuses a cursor for several runs', async () => {
    const query =
      'query ($after: String) { run(runId: "run-1") { tasks(first: 3, after: $after) { nodes { databaseId } pageInfo { endCursor } } } }';
    const one = await graphql.send(query);
    const { endCursor } = one.body.data.run.tasks.pageInfo;
    const two = await graphql.send(query, { after: endCursor });
    expect(two.body.data.run.tasks.nodes).toEqual([{ databaseId: 8 }, { databaseId: 6 }]);
    const many = await graphql.send(
      'query ($after: String) { runs { nodes { tasks(after: $after) { nodes { id } } } } }',
      {
        after: endCursor,
      },
    );
    expect(many.body.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } });
  });

  it('walks the runs forward and backward', async () => {
    const query =
      'query ($first: Int, $after: String, $last: Int, $before: String) { runs(first: $first, after: $after, last: $last, before: $before) { nodes { runId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';
    const first = (await graphql.send(query, { first: 1 })).body.data.runs;
    const second = (await graphql.send(query, { first: 1, after: first.pageInfo.endCursor })).body.data.runs;
    const back = (await graphql.send(query, { last: 1, before: second.pageInfo.startCursor })).body.data.runs;
    expect([first.nodes[0].runId, second.nodes[0].runId].sort()).toEqual(['run-0', 'run-1']);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(back.nodes).toEqual(first.nodes);
  });

  it('filters, several values of one field meaning any of them', async () => {
    const filter = {
      task: ['step.0', 'step.1'],
      runId: ['run-0'],
      since: '2025-01-02',
      until: '2025-01-03T00:00:00+00:00',
    };
    const { body } = await graphql.send(page, { filter });
    expect(body.data.tasks.nodes).toEqual([{ databaseId: 5 }]);
  });

  describe('refuses', () => {
    it.each([
      [{ first: 201 }, 'first', 'from 0 to 200, got 201'],
      [{ first: -1 }, 'first', 'from 0 to 200, got -1'],
      [{ last: 201 }, 'last', 'from 0 to 200, got 201'],
      [{ after: 'nonsense' }, 'after', 'Invalid cursor'],
      [{ before: '' }, 'before', 'Invalid cursor'],
      [{ before: 'a'.repeat(5000) }, 'before', 'Invalid cursor'],
      [{ filter: { task: Array.from({ length: 51 }, (_, index) => `t${index}`) } }, 'filter.task', '50'],
      [{ filter: { runId: ['a\0b'] } }, 'filter.runId.0', 'NUL'],
    ])('$1: what is out of bounds, by naming it ($2)', async (variables, argument, message) => {
      const { status, body } = await graphql.send(page, variables);
      expect(status).toBe(200);
      expect(body.data).toBe(null);
      expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
      expect(body.errors[0].message).toContain(message);
    });

    it('with status 400 a caller who takes application/graphql-response+json', async () => {
      const accept = { accept: 'application/graphql-response+json' };
      expect((await graphql.send(page, { first: 201 }, accept)).status).toBe(400);
    });

    it('more nodes than one request may hold', async () => {
      const list = (alias: string) =>
        `${alias}: tasks { nodes { run { tasks(first: 200) { nodes { id } } } } }`;
      const { body } = await graphql.send(`{ ${[...'abcdef'].map(list).join(' ')} }`);
      expect(body.errors[0].message).toContain('at most 10000 nodes');
      expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    });
  });
});

/** The algorithm of the cursor connections specification over a plain array. */
function model<T>(
  all: T[],
  { first, last, after, before }: { first?: number; last?: number; after?: number; before?: number },
): T[] {
  let list = between(all, after, before);
  if (first !== undefined || last === undefined) list = list.slice(0, first ?? 50);
  if (last !== undefined) list = list.slice(Math.max(0, list.length - last));
  return list;
}

function between<T>(all: T[], after?: number, before?: number): T[] {
  return all.filter(
    (_, index) => (after === undefined || index > after) && (before === undefined || index < before),
  );
}
