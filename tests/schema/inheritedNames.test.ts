import { expect, it } from 'vitest';
import { describeOnBoth } from '../support/databases.ts';
import { serveGraphql } from '../support/graphql.ts';
import { inheritedKeys, inheritedNames } from '../support/inheritedNames.ts';

const startRun = `mutation ($input: StartRunInput!) { startRun(input: $input) {
  __typename ... on Run { runId plan tasks(first: 50) { nodes { task runId inputs } } } ... on Error { message } } }`;
const readRun = 'query ($runId: String!) { run(runId: $runId) { runId inputs counts { queued } } }';

describeOnBoth('Over GraphQL, a name that every object inherits', (database) => {
  const graphql = serveGraphql(database);

  it('names plans, runs, steps and inputs like any other', async () => {
    for (const name of inheritedNames) {
      const inputs = JSON.parse(`{ "${name}": { "${name}": 1 } }`);
      const steps = inheritedNames.map((task, index) => ({
        task,
        needs: index === 0 ? [] : [inheritedNames[index - 1]],
      }));
      const input = { definition: { name, steps }, runId: name, inputs };
      const { body } = await graphql.send(startRun, { input });
      expect(body.data.startRun).toMatchObject({ __typename: 'Run', runId: name, plan: name });
      expect(body.data.startRun.tasks.nodes.map(({ task }: { task: string }) => task).sort()).toEqual(
        inheritedNames.toSorted(),
      );
      const read = await graphql.send(readRun, { runId: name });
      expect(read.body.data.run).toMatchObject({ runId: name, counts: { queued: steps.length } });
      expect(Object.keys(read.body.data.run.inputs)).toEqual(inheritedKeys.filter((key) => key === name));
    }
    expect(graphql.logged).toEqual([]);
  });
});
