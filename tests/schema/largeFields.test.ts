import { getHeapStatistics } from 'node:v8';
import { beforeAll, expect, it } from 'vitest';
import { openLargeBatches } from '../../schema/largeBatch.ts';
import { describeOnEither } from '../support/databases.ts';
import { serveGraphql } from '../support/graphql.ts';

const excerpt = 'x'.repeat(64 * 1024);

describeOnEither('What is large of tasks and runs', (database) => {
  const graphql = serveGraphql(database);

  beforeAll(async () => {
    await database.db().query({
      text: `INSERT INTO runs (run_id, inputs) VALUES ('r', '{"given": 1}')`,
    });
    await database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, started_at, log_excerpt, inputs, outputs)
        SELECT 't' || n, 'r', 'running', now() - n * interval '1 s', $1, jsonb_build_object('n', n), jsonb_build_object('out', n::text)
        FROM generate_series(1, 700) n`,
      values: [excerpt],
    });
  });

  it('is read with lists only where it is selected, with one statement for each kind, and what is small with its row', async () => {
    const statements = (fields: string) =>
      graphql.statementsOf(() => graphql.send(`{ tasks(first: 50) { nodes { databaseId ${fields} } } }`));
    const few = await statements('task');
    expect((await statements('logExcerpt')) - few).toBe(1);
    expect((await statements('logExcerpt inputs outputs')) - few).toBe(3);
    await database
      .db()
      .query({ text: "UPDATE agents_tasks SET log_excerpt = repeat('x', 4096) WHERE id <= 50" });
    expect((await statements('logExcerpt inputs')) - few).toBe(0);
    await database.db().query({ text: 'UPDATE agents_tasks SET log_excerpt = $1', values: [excerpt] });
  });

  it('is the same in every list, for one task and for one run', async () => {
    await database.db().query({
      text: `UPDATE agents_tasks SET inputs = jsonb_build_object('n', 2, 'compressed', repeat('y', 20000)) WHERE task = 't2'`,
    });
    const fields = '... on Task { id task logExcerpt inputs outputs }';
    const { body } = await graphql.send(`{
      tasks(first: 2) { nodes { ${fields} } }
      runs { nodes { inputs tasks(first: 2) { nodes { ${fields} } } } }
      run(runId: "r") { inputs tasks(first: 2) { nodes { ${fields} } } }
    }`);
    const { tasks, runs, run } = body.data;
    expect(tasks.nodes).toEqual(
      [{ n: 1 }, { n: 2, compressed: 'y'.repeat(20_000) }].map((inputs) => ({
        id: expect.any(String),
        task: `t${inputs.n}`,
        logExcerpt: excerpt,
        inputs,
        outputs: { out: `${inputs.n}` },
      })),
    );
    expect(runs.nodes).toEqual([{ inputs: { given: 1 }, tasks }]);
    expect(run).toEqual({ inputs: { given: 1 }, tasks });
    const ids = tasks.nodes.map(({ id }: { id: string }) => id);
    const nodes = await graphql.send(`query ($ids: [ID!]!) { nodes(ids: $ids) { ${fields} } }`, { ids });
    expect(nodes.body.data.nodes).toEqual(tasks.nodes);
  });

  it('has a bound in each request, past which no more of it is given, but what to do', async () => {
    const page = (alias: string, after: string) =>
      `${alias}: tasks(first: 200${after && `, after: "${after}"`}) { nodes { task logExcerpt } pageInfo { endCursor } }`;
    const places = [''];
    for (let pages = 0; pages < 3; pages += 1) {
      const { body } = await graphql.send(`{ ${page('a', places.at(-1) ?? '').replace('logExcerpt', '')} }`);
      places.push(body.data.a.pageInfo.endCursor);
    }
    const ask = async (count: number) =>
      (await graphql.send(`{ ${places.slice(0, count).map((place, index) => page(`p${index}`, place))} }`))
        .body;
    const { heap_size_limit: heap } = getHeapStatistics();
    expect(Math.min(32 * 1024 ** 2, heap / 32)).toBeGreaterThan(400 * excerpt.length);
    expect((await ask(2)).errors).toBeUndefined();
    const { data, errors } = await ask(4);
    const given = Object.values<{ nodes: { task: string; logExcerpt: string | null }[] }>(data).flatMap(
      ({ nodes }) => nodes,
    );
    expect(given.map(({ task }) => task)).toEqual(Array.from({ length: 700 }, (_, index) => `t${index + 1}`));
    expect(given.filter(({ logExcerpt }) => logExcerpt === null)).toHaveLength(errors.length);
    expect(errors[0].message).toMatch(
      /^`first` must be smaller: one request may read at most \d+ MB of excerpts, inputs and outputs, or of contents of plans\. Ask for smaller pages \(first\)/,
    );
  });
});

it('What is large is read a part at a time, and no further than the bound', async () => {
  const asked: number[] = [];
  const load = openLargeBatches(3 * 1024 ** 2).batch(async (keys: number[]) => {
    asked.push(keys.length);
    return keys.map(() => 'x'.repeat(20_000));
  });
  const results = await Promise.allSettled(Array.from({ length: 350 }, (_, key) => load(key)));
  expect(asked).toEqual([100, 100]);
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  await expect(load(1)).rejects.toThrow('at most 3 MB of excerpts');
});
