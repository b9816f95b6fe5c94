import { expect, it } from 'vitest';
import { decodeCursor } from '../../../domain/tasks/cursor.ts';
import { describeOnEither } from '../../support/databases.ts';
import { serveGraphql } from '../../support/graphql.ts';

const documents: [query: string, variables?: object][] = [
  ['{ viewer { id scopes } }'],
  [
    '{ tasks { totalCount edges { cursor node { ...all } } nodes { ...all } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } fragment all on Task { __typename id databaseId task runId status startedAt finishedAt durationMs inputs outputsUri logExcerpt approvalState approver approvalNote webhookNotifiedAt webhookError createdAt run { runId } }',
  ],
  [
    'query ($first: Int, $skip: Boolean!) { tasks(first: $first) { nodes { id @skip(if: $skip) status @include(if: $skip) } } }',
    { first: 2, skip: true },
  ],
  ['query ($first: Int = 1) { tasks(first: $first) { nodes { databaseId } pageInfo { hasNextPage } } }'],
  [
    'query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { databaseId } } }',
    { filter: { status: ['RUNNING'], since: '2025-01-01' } },
  ],
  [
    '{ runs { nodes { runId counts { total running } tasks(first: 1) { totalCount nodes { status run { id } } } } } }',
  ],
  ['{ node(id: "VGFzazox") { __typename id ... on Task { status } ... on Run { runId } } }'],
  [
    '{ nodes(ids: ["VGFzazox", "VGFzazo5", "UnVuOnI"]) { __typename ... on Task { inputs } ... on Run { counts { total } } } }',
  ],
  ['{ task(databaseId: 77) { id } run(runId: "none") { id } }'],
  ['{ task { id } viewer { id } }'],
  ['{ tasks(first: 500) { nodes { id } } }'],
  ['query ($first: Int) { tasks(first: $first) { nodes { id } } }', { first: 'many' }],
  [
    'query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { id } } }',
    { filter: { status: ['lost'] } },
  ],
  ['query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {}],
  [
    'mutation { updateTask(input: { databaseId: 1, logExcerpt: "again" }) { __typename ... on Task { logExcerpt } ... on Error { message } } }',
  ],
  [
    'mutation { updateTask(input: { databaseId: 99 }) { __typename ... on NotFoundError { kind key message } } }',
  ],
  [
    'mutation { approveTask(input: { databaseId: 1 }) { __typename ... on Error { message } ... on NotAwaitingApprovalError { status taskId } } }',
  ],
  [
    'mutation ($i: CreateTaskInput!) { a: createTask(input: $i) { __typename ... on InvalidInputError { issues { path message type } } } b: cancelTask(input: {}) { ... on Error { message } } }',
    { i: { task: '', runId: 'r', status: 'QUEUED' } },
  ],
  ['query A { viewer { id } } query B { viewer { scopes } }'],
];

describeOnEither('A compiled document', (database) => {
  const graphql = serveGraphql(database);

  it.each(documents)('answers as the plain executor does: %s', async (query, variables) => {
    const { db } = graphql.store();
    await db.query({
      text: `INSERT INTO agents_tasks (id, task, run_id, status, started_at, inputs) SELECT n, 't', 'r', 'running', '2025-01-15', '{"a":[1]}' FROM generate_series(1, 3) n ON CONFLICT DO NOTHING`,
    });
    const answers = [];
    for (let round = 0; round < 5; round += 1) answers.push(await graphql.send(query, variables));
    const [plain, ...later] = answers;
    for (const answer of later) {
      expect(comparable(answer.body)).toEqual(comparable(plain?.body));
      expect(answer.status).toBe(plain?.status);
    }
  });
});

/**
 * All of an answer but the words in which a wrong variable is described, and which transactions the walk of a cursor has
 * not seen: that changes with whatever else uses the server of the databases.
 */
function comparable(body: {
  data?: unknown;
  errors?: { message: string; extensions?: unknown; path?: unknown }[];
}) {
  return {
    data: JSON.parse(JSON.stringify(body.data ?? null), (key, value) =>
      typeof value === 'string' && /cursor$/i.test(key) ? placeOf(value) : value,
    ),
    errors: body.errors?.map(({ message, extensions, path }) => ({
      message: message.startsWith('Variable') ? 'Variable' : message,
      extensions,
      path,
    })),
  };
}

function placeOf(cursor: string) {
  const { startedAt, id } = decodeCursor(cursor);
  return { startedAt, id };
}
