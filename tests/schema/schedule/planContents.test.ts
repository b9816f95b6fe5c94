import { beforeEach, expect, it } from 'vitest';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

describeOnBoth('The contents of a plan, in GraphQL,', (database) => {
  const graphql = serveGraphql(database);
  beforeEach(async () => {
    await database.truncate();
    graphql.viewer = everything;
  });

  const register = (by: string, content: object, name = 'nightly') =>
    registerPlan(database.db(), viewerNamed(by), planDefinition.parse({ name, ...content }), 'graphql', {
      project: 'acme/site',
      isGuessed: false,
      path: `plans/${name}.plan.ts`,
    });
  const read = async (selection: string) => {
    const { body } = await graphql.send(`{ plans { plan ${selection} } }`);
    expect(body.errors).toBeUndefined();
    return body.data.plans;
  };

  it('stand newest first with who registered each, from where, and what changed, as their file has it', async () => {
    await register('ann@example.org', { steps: [{ task: 'build' }] });
    await register('bob@example.org', {
      concurrency: 2,
      steps: [
        { task: 'build', retries: 3, labels: ['linux'], lock: 'db', runAs: 'ci' },
        {
          task: 'deploy',
          needs: ['build'],
          approval: 'always',
          policy: { approvers: ['ann@example.org'] },
          gate: { required: 2 },
        },
      ],
    });
    await database.db().query({
      text: "INSERT INTO plan_origins (plan, project, origins) VALUES ('nightly', 'acme/site', '{github.com/acme/site}')",
    });
    const [plan] =
      await read(`origins contents { totalCount nodes { id hash registeredAt firstRegisteredAt registeredBy path
      concurrency unclaimedAfterMs unclaimedFailsMs stepCount changeCount changes { step text }
      steps { task needs labels lock runAs retries retryOn backoff { delayMs factor maxMs } approval onOpen skipCode
        policy { approvers required expiresAfterMs } gate { required approvers } } } }`);
    expect(plan.origins).toEqual(['github.com/acme/site']);
    const [latest, first] = plan.contents.nodes;
    const again = await graphql.send(
      `{ nodes(ids: ["${latest.id}", "${first.id}"]) { ... on PlanContent { hash changeCount steps { task } } } }`,
    );
    expect(again.body.data.nodes).toMatchObject([
      { hash: latest.hash, changeCount: 6, steps: [{ task: 'build' }, { task: 'deploy' }] },
      { hash: first.hash, changeCount: null },
    ]);
    expect(plan.contents.totalCount).toBe(2);
    expect(latest).toMatchObject({
      registeredBy: 'bob@example.org',
      path: 'plans/nightly.plan.ts',
      concurrency: 2,
      unclaimedAfterMs: 3_600_000,
      stepCount: 2,
      changeCount: 6,
      steps: [
        {
          task: 'build',
          retries: 3,
          labels: ['linux'],
          lock: 'db',
          runAs: 'ci',
          retryOn: ['EXIT', 'TIMEOUT', 'LOST'],
          backoff: { delayMs: 10_000, factor: 2, maxMs: 600_000 },
          approval: 'AUTO',
          policy: { approvers: [], required: 1, expiresAfterMs: 259_200_000 },
          gate: null,
        },
        {
          task: 'deploy',
          needs: ['build'],
          approval: 'ALWAYS',
          policy: { approvers: ['ann@example.org'] },
          gate: { required: 2, approvers: [] },
        },
      ],
    });
    expect(latest.changes).toContainEqual({ step: 'deploy', text: 'Step deploy was added.' });
    expect(first).toMatchObject({ registeredBy: 'ann@example.org', changes: null, changeCount: null });
  });

  it('show one that is registered again as the newest, with the time when it first was', async () => {
    await register('ann@example.org', { steps: [{ task: 'a' }] });
    await register('ann@example.org', { steps: [{ task: 'b' }] });
    await register('bob@example.org', { steps: [{ task: 'a' }] });
    const [{ contents }] = await read(
      'contents { nodes { registeredBy registeredAt firstRegisteredAt changes { text } } }',
    );
    expect(contents.nodes).toMatchObject([
      {
        registeredBy: 'bob@example.org',
        changes: [{ text: 'Step a was added.' }, { text: 'Step b was removed.' }],
      },
      { registeredBy: 'ann@example.org', changes: null },
    ]);
    expect(contents.nodes[0].firstRegisteredAt < contents.nodes[1].registeredAt).toBe(true);
  });

  it('are read page by page either way, at most 20 at once, and steps a part at a time', async () => {
    for (let number = 1; number <= 25; number += 1)
      await register('ann@example.org', { steps: [{ task: `s${number}` }] });
    const page = async (args: string) => {
      const [{ contents }] = await read(
        `contents${args} { nodes { steps { task } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`,
      );
      return {
        ...contents.pageInfo,
        names: contents.nodes.map(({ steps }: { steps: { task: string }[] }) => steps[0]?.task),
      };
    };
    const numbers = (from: number, to: number) =>
      Array.from({ length: from - to + 1 }, (_, index) => `s${from - index}`);
    const first = await page('');
    expect([first.names, first.hasNextPage, first.hasPreviousPage]).toEqual([numbers(25, 6), true, false]);
    const rest = await page(`(after: "${first.endCursor}")`);
    expect([rest.names, rest.hasNextPage, rest.hasPreviousPage]).toEqual([numbers(5, 1), false, true]);
    const back = await page(`(last: 3, before: "${rest.startCursor}")`);
    expect([back.names, back.hasNextPage]).toEqual([numbers(8, 6), true]);
    const refused = await graphql.send('{ plans { contents(first: 21) { nodes { hash } } } }');
    expect(refused.text).toContain('expected a whole number from 0 to 20, got 21');
    await register('ann@example.org', { steps: ['a', 'b', 'c'].map((task) => ({ task })) });
    const [{ contents }] = await read('contents(first: 1) { nodes { steps(first: 1, skip: 1) { task } } }');
    expect(contents.nodes).toEqual([{ steps: [{ task: 'b' }] }]);
    const none = await graphql.send('{ plans { contents { nodes { steps(first: 0) { task } } } } }');
    expect(none.text).toContain('expected a whole number from 1 to 200, got 0');
  });

  it('take as many statements for many plans as for one, and are for readers', async () => {
    const selection = 'origins contents { totalCount nodes { changes { text } steps { task } } }';
    const add = async (name: string, salt: string) => {
      await register('ann@example.org', { steps: [{ task: `a${salt}` }] }, name);
      await register('ann@example.org', { steps: [{ task: `b${salt}` }] }, name);
    };
    await add('one', 'a');
    const few = await graphql.statementsOf(() => read(selection));
    for (const name of ['two', 'three', 'four']) await add(name, 'b');
    expect(await graphql.statementsOf(() => read(selection))).toBe(few);
    graphql.viewer = viewerNamed('worker', ['work']);
    for (const field of ['origins', 'contents { nodes { hash } }']) {
      const { body } = await graphql.send(`{ plans(plan: "one") { plan ${field} } }`);
      expect(body.errors[0].message, field).toContain('read');
      expect(body.data).toBeNull();
    }
  });
});
