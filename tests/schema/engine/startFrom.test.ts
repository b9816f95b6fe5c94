import { beforeEach, expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

const start = `mutation ($input: StartRunInput!) { startRun(input: $input) {
  __typename ... on Run { runId plan project counts { total } } ... on Error { message } ... on InvalidInputError { issues { path } } } }`;

const content = { name: 'nightly', steps: [{ task: 'a' }] };

describeOnEither('A run that is started', (database) => {
  const graphql = serveGraphql(database);
  const send = async (input: object) => {
    const { body } = await graphql.send(start, { input });
    return body.errors?.[0] ?? body.data.startRun;
  };
  beforeEach(async () => {
    graphql.viewer = everything;
    await database.truncate();
  });

  it('says in one way which plan is meant: its name, or the plan itself', async () => {
    const home = { project: 'acme/site' };
    const own = await send({ from: { definition: { content, home } }, runId: 'own' });
    expect(own).toMatchObject({ runId: 'own', plan: 'nightly', project: 'acme/site', counts: { total: 1 } });
    expect(await send({ from: { plan: 'acme/site:nightly' }, runId: 'named' })).toMatchObject({
      runId: 'named',
      project: 'acme/site',
    });
  });

  it('may say it in the older way still, and gets the same', async () => {
    expect(await send({ definition: content, runId: 'a' })).toMatchObject({
      __typename: 'Run',
      project: null,
    });
    expect(await send({ plan: 'nightly', runId: 'b' })).toMatchObject({ __typename: 'Run', plan: 'nightly' });
    expect(await send({ from: { definition: { content } }, runId: 'a' })).toMatchObject({ runId: 'a' });
  });

  it('is refused when it says it not at all or twice, also by a compiled operation', async () => {
    const wrong = [
      [{}, /must have from/],
      [{ from: {} }, /xactly one/],
      [{ from: { plan: 'nightly', definition: { content } } }, /xactly one/],
      [{ from: { plan: 'nightly' }, plan: 'nightly' }, /must name the plan once/],
      [{ from: { plan: 'nightly' }, home: { project: 'a' } }, /must name the plan once/],
      [{ plan: 'nightly', definition: content }, /either plan or definition/],
    ] as const;
    for (let round = 0; round < 4; round += 1)
      for (const [input, message] of wrong) expect((await send(input)).message).toMatch(message);
  });

  it('is told what is wrong with it at the place where it was written', async () => {
    const bad = await send({ from: { definition: { content: { ...content, concurrency: 0 } } } });
    expect(bad.message).toBe('`from.definition.content.concurrency` must be at least 1, got 0.');
    for (const unknown of [{ from: { plan: 'teem' } }, { plan: 'teem' }])
      expect((await send(unknown)).message).toMatch(/^There is no plan teem\. /);
  });
});
