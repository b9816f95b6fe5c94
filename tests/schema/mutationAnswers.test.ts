import {
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildSchema } from '../../schema/index.ts';
import { playWorkers } from '../domain/engine/support.ts';
import { useDatabase } from '../support/databases.ts';
import { viewerNamed } from '../support/domain.ts';
import { serveGraphql } from '../support/graphql.ts';

const schema = buildSchema();
const rows = new Set(['Task', 'Run', 'Attempt', 'Approval', 'Decision', 'Delivery', 'TaskConnection']);

/** What hangs on the row that a mutation answers with, and who is shown it. */
const shownTo: Record<string, 'readers' | 'everybody'> = {
  'Run.tasks': 'readers',
  'Task.run': 'readers',
  'Task.attempts': 'readers',
  'Task.decisions': 'readers',
  'Task.deliveries': 'readers',
  'Delivery.task': 'readers',
  // Who may approve, and who has: without it no vote could be told from a decision.
  'Task.approval': 'everybody',
  // The task that holds the lock is null without the scope.
  'WaitingFor.holder': 'everybody',
};

describe('What a mutation answers', () => {
  const database = useDatabase('postgres');
  const graphql = serveGraphql(database);
  beforeEach(() => database.truncate());
  const ask = async (query: string) => (await graphql.send(query)).body;

  it('leads to other rows by these ways alone', () => {
    expect(waysToRows()).toEqual(Object.keys(shownTo).sort());
  });

  it('shows an operator who may not read what changed, and neither inputs nor what hangs on it', async () => {
    const workers = playWorkers(graphql.store());
    const run = await workers.start([{ task: 'a' }], { inputs: { secret: 'x' } });
    const [task] = run.tasks;
    await graphql.store().db.query({ text: "UPDATE agents_tasks SET status = 'failed'" });
    graphql.viewer = viewerNamed('ops', ['operate']);
    const answers = (selection: string) => [
      `mutation { leaveRun(input: { runId: "${run.runId}" }) { ... on Run { ${selection} } } }`,
      `mutation { cancelRun(input: { runId: "${run.runId}" }) { ... on Run { ${selection} } } }`,
    ];
    for (const query of answers('runId plan startedBy counts { total }'))
      expect(await ask(query)).not.toHaveProperty('errors');
    for (const query of [...answers('inputs'), ...answers('tasks { nodes { task } }')])
      expect((await ask(query)).errors[0].extensions.code).toBe('FORBIDDEN');
    const retry = (selection: string) =>
      `mutation { retryTask(input: { databaseId: ${task?.id} }) { ... on Task { ${selection} } } }`;
    expect((await ask(retry('task status'))).data.retryTask).toEqual({ task: 'a', status: 'QUEUED' });
    for (const [way, who] of Object.entries(shownTo)) {
      if (!way.startsWith('Task.')) continue;
      await graphql.store().db.query({ text: "UPDATE agents_tasks SET status = 'failed'" });
      const answer = await ask(retry(`${way.slice('Task.'.length)} { __typename }`));
      expect([way, answer.errors?.[0].extensions.code]).toEqual([
        way,
        who === 'readers' ? 'FORBIDDEN' : undefined,
      ]);
    }
  });

  it('shows whoever starts a run what they gave it', async () => {
    graphql.viewer = viewerNamed('ops', ['operate', 'work']);
    await ask(
      'mutation { registerPlan(input: { plan: { name: "p", steps: [{ task: "a" }] } }) { __typename } }',
    );
    const start =
      'mutation { startRun(input: { from: { plan: "p" }, runId: "r", inputs: { key: "x" } }) { ... on Run { inputs } } }';
    expect((await ask(start)).data.startRun).toEqual({ inputs: { key: 'x' } });
    // Whoever names it afterwards gets no inputs of others.
    graphql.viewer = viewerNamed('other', ['operate']);
    expect((await ask(start)).errors[0].extensions.code).toBe('FORBIDDEN');
  });
});

/** The fields that lead from an answer of a mutation to a row, as `Task.run`; beyond a row that is for readers all is. */
function waysToRows(): string[] {
  const ways = new Set<string>();
  const seen = new Set<string>();
  const visit = (type: unknown): void => {
    if (isUnionType(type) || isInterfaceType(type)) {
      for (const one of schema.getPossibleTypes(type)) visit(one);
    } else if (isObjectType(type) && !seen.has(type.name)) {
      seen.add(type.name);
      for (const field of fieldsOf(type)) visitField(type, field);
    }
  };
  const visitField = (type: GraphQLObjectType, field: ReturnType<typeof fieldsOf>[number]): void => {
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) return;
    const way = `${type.name}.${field.name}`;
    const isOfAnswer = /^(?:Finished|Decided|Lease|Made|Revoked)/.test(type.name) || way === 'Approval.task';
    if (rows.has(inner.name) && !isOfAnswer) ways.add(way);
    if (Reflect.get(shownTo, way) !== 'readers') visit(inner);
  };
  for (const field of fieldsOf(schema.getMutationType())) visit(getNamedType(field.type));
  return [...ways].sort();
}

function fieldsOf(type: GraphQLObjectType | null | undefined) {
  return Object.values(type?.getFields() ?? {});
}
