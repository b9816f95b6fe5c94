import { expect, it } from 'vitest';
import { describeOnEither } from '../support/databases.ts';
import { serveGraphql } from '../support/graphql.ts';
import { inheritedKeys, inheritedNames } from '../support/inheritedNames.ts';

const startRun = `mutation ($input: StartRunInput!) { startRun(input: $input) {
  __typename ... on Run { runId plan tasks(first: 50) { nodes { task runId inputs } } } ... on Error { message } } }`;
const readRun = 'query ($runId: String!) { run(runId: $runId) { runId inputs counts { queued } } }';

describeOnEither('Over GraphQL, a name that every object inherits', (database) => {
  const graphql = serveGraphql(database);

  it('names plans, runs, steps and inputs like any other', async () => {
    for (const name of inheritedNames) {
      const inputs = inheritedKeys.includes(name) ? { [name]: { [name]: 1 } } : null;
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
      expect(read.body.data.run.inputs).toEqual(inputs);
    }
    expect(graphql.logged).toEqual([]);
  });

  it('is refused as a key that no map can hold, and is kept within one', async () => {
    const definition = { name: 'kept', steps: [{ task: 'a' }] };
    const start = async (inputs: string) => {
      const input = { definition, runId: 'kept', inputs: JSON.parse(inputs) };
      return (await graphql.send(startRun, { input })).body.data.startRun;
    };
    expect(await start('{ "__proto__": 1 }')).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringMatching(/inputs.*__proto__.*must be a name other than "__proto__"/),
    });
    expect(await start('{ "a": { "__proto__": 1 } }')).toMatchObject({ __typename: 'Run' });
    const read = await graphql.send(readRun, { runId: 'kept' });
    expect(Object.keys(read.body.data.run.inputs.a)).toEqual(['__proto__']);
  });
});
