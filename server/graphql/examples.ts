import { found } from './fillExamples.ts';

/** A ready operation of GraphiQL. */
export interface ExampleTab {
  query: string;
  /** JSON, in which `found` stands for what the page looks up. */
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
# ${found('whoNeedsAKey')}
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
    query: `# Tasks that need approval: policy, approvals so far,
# expiry and pull request. For a task with a gate
# (kind GATE), the command is in inputs.
query WaitingForMe {
  tasks(first: 20, filter: { status: [AWAITING_APPROVAL] }) {
    totalCount
    nodes {
      databaseId
      task
      runId
      inputs
      outputsUri
      approval {
        databaseId
        kind
        requestedAt
        expiresAt
        problem
        voters
        policy {
          required
          approvers
          denySelf
          onExpire
          onApprove
        }
        pullRequest {
          owner
          repo
          number
          state
          author
          headSha
        }
      }
    }
  }
}
`,
  },
  {
    query: `# Approves the task that has been waiting longest.
# For a pull request, add expectedHeadSha: the commit
# that you reviewed. rejectTask and cancelTask are alike.
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
    variables: write({
      input: { task: { databaseId: found('waiting') }, approvalId: found('approval'), note: 'Looks right.' },
    }),
  },
  {
    query: `# Decides several tasks the same way: APPROVE, REJECT or
# CANCEL. One failure does not affect the others.
mutation DecideSeveral($input: DecideTasksInput!) {
  decideTasks(input: $input) {
    __typename
    ... on DecidedTasks {
      results {
        __typename
        ... on Task {
          databaseId
          status
        }
        ... on Error {
          message
        }
      }
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: write({
      input: { action: 'APPROVE', tasks: found('allWaiting'), note: 'Looks right.' },
    }),
  },
  {
    query: `# The audit log, with refused attempts. Filter by
# taskDatabaseId, runId, viewer, action, outcome, since.
query Decisions($filter: DecisionFilter) {
  decisions(first: 20, filter: $filter) {
    totalCount
    nodes {
      decidedAt
      viewer
      via
      action
      outcome
      refusal
      note
      taskDatabaseId
      task
      runId
      fromStatus
      toStatus
    }
  }
}
`,
    variables: write({ filter: {} }),
  },
  {
    query: `# The latest runs, with the number of tasks per status.
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
    query: `# One run with its tasks and all their attempts.
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
    variables: write({ runId: found('runId') }),
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
    variables: write({ runId: found('runId') }),
  },
  {
    query: `# Starts a run of a plan that a worker has registered
# ("npm start" is one).
# The idempotency key makes it safe to repeat.
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
    variables: write({ input: { from: { plan: found('plan') }, idempotencyKey: 'example-2' } }),
  },
  {
    query: `# Retries the tasks of a run that failed or did not run
# because of it. Mode ALL retries everything, FROM a step
# and all that need it. retryTask retries one task.
mutation RetryRun($input: RetryRunInput!) {
  retryRun(input: $input) {
    __typename
    ... on Run {
      runId
      counts {
        total
        queued
        failed
      }
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: write({ input: { runId: found('failedRun'), mode: 'FAILED' } }),
  },
  {
    query: `# Cancels the queued and running tasks of a run. Tasks
# that need approval stay. cancelTask cancels one task.
mutation CancelRun($input: CancelRunInput!) {
  cancelRun(input: $input) {
    __typename
    ... on Run {
      runId
      counts {
        total
        running
        skipped
      }
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: write({ input: { runId: found('openRun'), note: 'Not tonight.' } }),
  },
  {
    query: `# The registered plans with their schedules,
# and the latest scheduled runs.
query Schedule {
  plans {
    plan
    project
    schedule
    timezone
    state {
      state
      reason
    }
  }
  scheduledRuns(first: 20) {
    dueAt
    plan
    project
    outcome
    runId
    reason
  }
}
`,
  },
  {
    query: `# Notifications and their delivery attempts. Filter by
# state, e.g. deliveries(first: 20, state: [FAILED]).
# redeliver(input: { deliveryId }) sends one again.
query Deliveries {
  deliveries(first: 20) {
    totalCount
    nodes {
      deliveryId
      kind
      channel
      state
      dueAt
      error
      runId
      tries {
        number
        statusCode
        error
      }
    }
  }
}
`,
  },
  {
    query: `# Records a task that another tool runs.
# The idempotency key makes it safe to repeat.
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
    query: `# Reports a task. Omitted fields are unchanged.
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
        task: { databaseId: found('running') },
        status: 'AWAITING_APPROVAL',
        finishedAt: '2025-01-15T02:35:00Z',
        durationMs: 300_000,
        outputsUri: 'https://github.com/user/repo/pull/123',
      },
    }),
  },
  {
    query: `# Permanently deletes what is older than a time.
# This example deletes nothing: choose a later time.
mutation PruneTasks($input: PruneTasksInput!) {
  pruneTasks(input: $input) {
    deleted
    deletedRuns
    cutoff
  }
}
`,
    variables: write({ input: { before: '1970-01-01T00:00:00Z' } }),
  },
  {
    query: `# Who you are to this server, and what you may do.
query Viewer {
  viewer {
    id
    kind
    scopes
    groups
  }
}
`,
  },
];

function write(variables: object): string {
  return JSON.stringify(variables, null, 2);
}
