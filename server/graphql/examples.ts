/** A ready operation of GraphiQL. */
export interface ExampleTab {
  query: string;
  variables?: string;
  headers?: string;
}

/** The tabs that GraphiQL opens with: each one operation of everyday use. */
export const exampleTabs: ExampleTab[] = [
  {
    query: `# The latest tasks, 20 at a time.
# For the next page, add after: "<endCursor>".
# Ctrl-Enter runs this, Ctrl-Space suggests fields.
#
# Decisions and runs need a key. On this computer
# "nightshift key" prints it. Write into Headers below:
# { "authorization": "Bearer <key>" }
# Each tab has its own Headers,
# and a reload forgets them.
query LatestTasks {
  tasks(first: 20, filter: { status: [] }) {
    totalCount
    nodes {
      databaseId
      task
      runId
      status
      startedAt
      durationMs
      outputsUri
      approvalState
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
  {
    query: `# The latest runs, each with what its tasks amount to.
query LatestRuns {
  runs(first: 10) {
    nodes {
      runId
      startedAt
      finishedAt
      durationMs
      counts {
        total
        queued
        running
        succeeded
        failed
        awaitingApproval
        skipped
      }
    }
  }
}
`,
  },
  {
    query: `# One run with its tasks and every try at them.
query OneRun($runId: String!) {
  run(runId: $runId) {
    runId
    durationMs
    counts {
      total
      succeeded
      failed
      awaitingApproval
    }
    tasks {
      nodes {
        databaseId
        task
        status
        reason
        durationMs
        logExcerpt
        attempts {
          number
          worker
          endedBy
          exitCode
          durationMs
        }
      }
    }
  }
}
`,
    variables: write({ runId: 'nightly-2025-01-15' }),
  },
  {
    query: `# Starts a run of a plan that a worker has registered
# ("npm start" is one).
# retryRun and cancelRun take a runId and look the same.
mutation StartRun($input: StartRunInput!) {
  startRun(input: $input) {
    __typename
    ... on Run {
      runId
      counts {
        total
        queued
      }
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: write({ input: { plan: 'nightly', idempotencyKey: 'example-2' } }),
  },
  {
    query: `# Records a task that something else runs.
# The idempotency key makes a repeated request harmless.
mutation CreateTask($input: CreateTaskInput!) {
  createTask(input: $input) {
    __typename
    ... on Task {
      id
      databaseId
      status
      startedAt
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: write({
      input: {
        task: 'seo.validate',
        runId: 'nightly-2025-01-15',
        status: 'RUNNING',
        inputs: { flags: ['--strict', '--dry-run'] },
        idempotencyKey: 'example-1',
      },
    }),
  },
  {
    query: `# Reports how a task went: only the given fields change.
mutation UpdateTask($input: UpdateTaskInput!) {
  updateTask(input: $input) {
    __typename
    ... on Task {
      databaseId
      status
      finishedAt
      approvalState
    }
    ... on Error {
      message
    }
    ... on IllegalTransitionError {
      from
      to
    }
  }
}
`,
    variables: write({
      input: {
        databaseId: 1,
        status: 'AWAITING_APPROVAL',
        finishedAt: '2025-01-15T02:35:00Z',
        durationMs: 300_000,
        outputsUri: 'https://github.com/user/repo/pull/123',
      },
    }),
  },
  {
    query: `# Approves what a task made.
# rejectTask and cancelTask look the same.
mutation ApproveTask($input: ApproveTaskInput!) {
  approveTask(input: $input) {
    __typename
    ... on Task {
      databaseId
      status
      approvalState
      approver
      approvalNote
    }
    ... on Error {
      message
    }
    ... on AlreadyDecidedError {
      decision
      approver
    }
  }
}
`,
    variables: write({ input: { databaseId: 1, note: 'Looks right.' } }),
  },
  {
    query: `# Shows every change of a run's tasks as it happens.
# Start it, then create or update a task elsewhere.
subscription WatchRun($runId: String!) {
  taskChanged(runId: $runId) {
    databaseId
    task
    status
    durationMs
  }
}
`,
    variables: write({ runId: 'nightly-2025-01-15' }),
  },
  {
    query: `# Deletes tasks that started before a time, for good.
mutation PruneTasks($input: PruneTasksInput!) {
  pruneTasks(input: $input) {
    deleted
    deletedRuns
    cutoff
  }
}
`,
    variables: write({ input: { before: '2020-01-01T00:00:00Z' } }),
  },
];

function write(variables: object): string {
  return JSON.stringify(variables, null, 2);
}
