import { runInThisContext } from 'node:vm';
import { beforeEach, expect, it } from 'vitest';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { type ExampleTab, exampleTabs } from '../../../server/graphql/examples.ts';
import { fillExamples } from '../../../server/graphql/fillExamples.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

type Fill = (options: {
  endpoint: string;
  defaultTabs: ExampleTab[];
}) => Promise<{ defaultTabs: ExampleTab[] }>;

/** The script of the page, as the browser runs it. */
const fill = runInThisContext(`(${fillExamples})`) as Fill;

const nameOf = ({ query }: ExampleTab) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? '';

describeOnEither('GraphiQL’s examples', (database) => {
  const store = storeOf(database);
  const graphql = serveGraphql(database);
  const filled = async (endpoint = graphql.url()) => {
    const { defaultTabs } = await fill({ endpoint, defaultTabs: exampleTabs });
    return new Map(
      defaultTabs.map((tab) => [nameOf(tab), { ...tab, variables: JSON.parse(tab.variables ?? '{}') }]),
    );
  };
  beforeEach(async () => {
    graphql.viewer = everything;
    await database.truncate();
  });

  async function makeNight() {
    const definition = { name: 'tidy', steps: [{ task: 'sweep' }, { task: 'mop' }] };
    const home = { project: 'acme/site' };
    await startRun(store, everything, startRunInput.parse({ definition, home, runId: 'tidy-1' }));
    for (const [task, runId, status] of [
      ['asks.first', 'r1', 'awaiting_approval'],
      ['asks.later', 'r1', 'awaiting_approval'],
      ['breaks', 'r2', 'failed'],
      ['runs', 'r3', 'running'],
    ] as const)
      await createTask(store, everything, { task, runId, status });
    const { body } = await graphql.send('{ tasks { nodes { task databaseId approval { databaseId } } } }');
    const found = new Map<string, { databaseId: number; approval: { databaseId: number } | null }>(
      body.data.tasks.nodes.map((node: { task: string }) => [node.task, node]),
    );
    return (task: string) => found.get(task) ?? expect.fail(task);
  }

  it('are about what is on the server', async () => {
    const of = await makeNight();
    const tabs = await filled();
    const [first, later] = [of('asks.first'), of('asks.later')];
    expect(tabs.get('OneRun')?.variables).toEqual({ runId: 'r3' });
    expect(tabs.get('StartRun')?.variables.input.from).toEqual({ plan: 'acme/site:tidy' });
    expect(tabs.get('ApproveTask')?.variables.input).toMatchObject({
      task: { databaseId: first.databaseId },
      approvalId: first.approval?.databaseId,
    });
    expect(tabs.get('DecideSeveral')?.variables.input.tasks).toEqual([
      { task: { databaseId: first.databaseId }, approvalId: first.approval?.databaseId },
      { task: { databaseId: later.databaseId }, approvalId: later.approval?.databaseId },
    ]);
    expect(tabs.get('RetryRun')?.variables.input.runId).toBe('r2');
    expect(['tidy-1', 'r3']).toContain(tabs.get('CancelRun')?.variables.input.runId);
    expect(tabs.get('UpdateTask')?.variables.input.task).toEqual({ databaseId: of('runs').databaseId });
  });

  it('that read all work as they stand, and none deletes anything', async () => {
    await makeNight();
    const tabs = await filled();
    for (const [name, { query, variables }] of tabs) {
      if (!query.includes('\nquery ') && !query.startsWith('query ')) continue;
      const { body } = await graphql.send(query, variables);
      expect([name, body.errors]).toEqual([name, undefined]);
    }
    const prune = tabs.get('PruneTasks');
    const { body } = await graphql.send(prune?.query ?? '', prune?.variables);
    expect(body.data.pruneTasks).toMatchObject({ deleted: 0, deletedRuns: 0 });
    expect((await graphql.send('{ tasks { totalCount } }')).body.data.tasks.totalCount).toBe(6);
  });

  it('that change something do what they say', async () => {
    await makeNight();
    for (const [name, type] of [
      ['ApproveTask', 'Task'],
      ['StartRun', 'Run'],
      ['CreateTask', 'Task'],
      ['UpdateTask', 'Task'],
      ['CancelRun', 'Run'],
      ['DecideSeveral', 'DecidedTasks'],
      ['RetryRun', 'NotRetryableError'],
    ] as const) {
      const { query = '', variables } = (await filled()).get(name) ?? {};
      const { body } = await graphql.send(query, variables);
      expect([name, body.errors, Object.values(body.data ?? {})[0]]).toEqual([
        name,
        undefined,
        expect.objectContaining({ __typename: type }),
      ]);
    }
    const left = '{ tasks(filter: { status: [AWAITING_APPROVAL] }) { nodes { task } } }';
    // The updated task waited as well when all were decided.
    expect((await graphql.send(left)).body.data.tasks.nodes).toEqual([]);
  });

  it.each([
    ['anonymous', ['read', 'report'], 'Decisions and runs require a key. An admin can make one for you.'],
    ['anonymous', [], 'This server answers nothing without a key. An admin can make one for you.'],
    ['ann@example.org', ['admin'], 'You need no key here: you are signed in as ann@example.org To use a key'],
  ] as const)('say what needs a key, for %s with the scopes %j', async (id, scopes, text) => {
    graphql.viewer = { ...everything, id, scopes: new Set(scopes) };
    const query = (await filled()).get('LatestTasks')?.query ?? '';
    expect(query.match(/^#.{57,}$/gm)).toBeNull();
    expect(query.replaceAll('\n# ', ' ')).toContain(text);
    expect(query.replaceAll('\n# ', ' ')).toMatch(/Headers below: \{ "authorization"/);
    // Where nothing may be read, nothing is asked for that would be refused.
    const statements = await graphql.statementsOf(() => filled());
    expect(statements === 0).toBe(scopes.length === 0);
  });

  it('keep examples of their own where nothing is found, nothing may be read, or nobody answers', async () => {
    const empty = await filled();
    expect(empty.get('OneRun')?.variables).toEqual({ runId: 'nightly-2025-01-15' });
    expect(empty.get('ApproveTask')?.variables.input).toEqual({
      task: { databaseId: 1 },
      note: 'Looks right.',
    });
    graphql.viewer = { ...everything, scopes: new Set() };
    const variablesOf = (tabs: typeof empty) => [...tabs].map(([name, { variables }]) => [name, variables]);
    expect(variablesOf(await filled())).toEqual(variablesOf(empty));
    const unanswered = await filled('http://127.0.0.1:1/graphql');
    expect(variablesOf(unanswered)).toEqual(variablesOf(empty));
    expect(unanswered.get('LatestTasks')?.query).toContain('\n# Most of this requires a key.');
  });
});
