import { expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { serveGraphql } from '../../support/graphql.ts';

describeOnEither('Filters in GraphQL', (database) => {
  const graphql = serveGraphql(database);
  const runs = (filter: string) =>
    graphql.send(`{ runs(filter: ${filter}) { totalCount nodes { runId status plan } } }`);

  const search = (count: number) => {
    const fields = Array.from(
      { length: count },
      (_, index) =>
        `s${index}: tasks(first: 1, filter: { text: "BACK" }) { totalCount nodes { task } pageInfo { hasPreviousPage } }`,
    );
    return graphql.send(`{ ${fields.join(' ')} }`);
  };

  it('choose runs and tasks', async () => {
    await graphql.send(
      'mutation { startRun(input: { runId: "planned", from: { definition: { content: { name: "nightly", steps: [{ task: "train", labels: ["gpu"] }] } } } }) { __typename } }',
    );
    await graphql.send(
      'mutation { createTask(input: { task: "backup", runId: "reported", status: FAILED }) { __typename } }',
    );
    for (const [filter, expected] of [
      ['{}', ['planned', 'reported']],
      ['{ status: [FAILED] }', ['reported']],
      ['{ status: [QUEUED, RUNNING], plan: ["nightly"] }', ['planned']],
      ['{ label: ["gpu"] }', ['planned']],
      ['{ project: ["acme/site"] }', []],
      ['{ since: "2999-01-01" }', []],
      ['{ status: null, until: "2999-01-01" }', ['planned', 'reported']],
    ] as const) {
      const { body } = await runs(filter);
      const names = body.data.runs.nodes.map(({ runId }: { runId: string }) => runId).sort();
      expect(names, filter).toEqual(expected);
      expect(body.data.runs.totalCount).toBe(expected.length);
    }
    expect((await search(1)).body.data.s0).toEqual({
      totalCount: 1,
      nodes: [{ task: 'backup' }],
      pageInfo: { hasPreviousPage: false },
    });
  });

  it('are refused by their names when they have too many values, or a text is too short', async () => {
    const many = JSON.stringify(Array.from({ length: 11 }, (_, index) => `p${index}`));
    expect((await runs(`{ project: ${many} }`)).text).toContain('project');
    const short = await graphql.send('{ tasks(filter: { text: "x" }) { nodes { id } } }');
    expect(short.text).toMatch(/text.*at least 2 characters/);
    const long = await graphql.send(
      '{ tasks(filter: { text: "ab", since: "2001-01-01" }) { nodes { id } } }',
    );
    expect(long.text).toContain('at most 366 days');
  });

  it('allow no more searches in one request than a few', async () => {
    expect((await search(10)).text).toContain('at most 10000 nodes');
  });
});
