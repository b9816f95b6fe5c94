import type { Benchmark } from '../benchmark.ts';
import { goals } from '../goals.ts';
import { writeRequest } from '../measure/request.ts';
import { withSession } from '../waits/session.ts';
import { againstLimit } from './againstLimit.ts';

/** Creating and updating tasks, as many a second as possible. */
export const writes: Benchmark = {
  name: 'writes',
  about: 'POST, PATCH, mutations against bare node:http and one statement',
  async run(bench) {
    const nextId = cycle(await succeededIds(bench.databases.few));
    const limit = { create: () => post, update: () => writeRequest('PATCH', `/${nextId()}`, changes) };
    const contests = [
      {
        what: 'REST POST, to the limit',
        goal: goals.restWrite,
        ours: () => restPost,
        limit: limit.create,
      },
      {
        what: 'REST PATCH, to the limit',
        goal: goals.restWrite,
        ours: () => writeRequest('PATCH', `/agents/tasks/${nextId()}`, changes),
        limit: limit.update,
      },
      {
        what: 'GraphQL createTask, to the limit',
        goal: goals.graphqlWrite,
        ours: () => createMutation,
        limit: limit.create,
      },
      {
        what: 'GraphQL updateTask, to the limit',
        goal: goals.graphqlWrite,
        ours: () => updateMutation(nextId()),
        limit: limit.update,
      },
    ] as const;
    const figures = [];
    for (const contest of contests) figures.push(await againstLimit(bench, 'few', contest));
    return figures;
  },
};

const log = Array.from({ length: 14 }, (_, line) => `✓ checked src/pages/page-${line}.html in ${line} ms`);
const task = {
  task: 'seo.validate',
  run_id: 'nightly-2025-01-15',
  status: 'running',
  started_at: '2025-01-15T02:30:00Z',
  inputs: { flags: ['--strict', '--dry-run'] },
  log_excerpt: log.join('\n'),
};
const post = writeRequest('POST', '/', task);
const restPost = writeRequest('POST', '/agents/tasks/', task);

/** An update that a finished task takes again and again, so that every request does the same work. */
const changes = {
  status: 'succeeded',
  finished_at: '2025-01-15T02:35:00Z',
  duration_ms: 300_000,
  outputs_uri: 'https://ci.example.com/runs/1/artifacts/2',
};

const fields = `__typename ... on Task { id databaseId task runId status startedAt finishedAt durationMs inputs outputsUri
  logExcerpt approvalState approver approvalNote webhookNotifiedAt }`;

const createMutation = writeRequest('POST', '/graphql', {
  query: `mutation Create($input: CreateTaskInput!) { createTask(input: $input) { ${fields} } }`,
  variables: {
    input: {
      task: task.task,
      runId: task.run_id,
      status: 'RUNNING',
      startedAt: task.started_at,
      inputs: task.inputs,
      logExcerpt: task.log_excerpt,
    },
  },
});

function updateMutation(databaseId: number): Buffer {
  return writeRequest('POST', '/graphql', {
    query: `mutation Update($input: UpdateTaskInput!) { updateTask(input: $input) { ${fields} } }`,
    variables: {
      input: {
        databaseId,
        status: 'SUCCEEDED',
        finishedAt: changes.finished_at,
        durationMs: changes.duration_ms,
        outputsUri: changes.outputs_uri,
      },
    },
  });
}

async function succeededIds(url: string): Promise<number[]> {
  const rows = await withSession(url, (query) =>
    query<{ id: number }>(
      `SELECT id FROM agents_tasks WHERE status = 'succeeded' AND approval_state IS NULL ORDER BY id LIMIT 5000`,
    ),
  );
  return rows.map(({ id }) => id);
}

/** Gives the items one after the other, again and again, so that neighbours in time write different rows. */
function cycle(items: readonly number[]): () => number {
  let next = 0;
  return () => {
    const item = items[next % items.length] ?? 0;
    next += 1;
    return item;
  };
}
