/** Writes what GraphiQL is opened with for the last part of an address; it takes no variables from its own address. */
export type PageQuery = (key: string) => string;

/** The questions that show one thing each, by the first part of the address. */
export const pageQueries = {
  runs: (key) => `# This run with its tasks. Ctrl-Enter runs it.
query ThisRun {
  run(runId: ${literal(key)}) {
    runId
    startedAt
    finishedAt
    counts {
      total
      queued
      running
      succeeded
      failed
      awaitingApproval
      skipped
    }
    tasks {
      nodes {
        databaseId
        task
        status
        reason
        durationMs
        outputsUri
      }
    }
  }
}
`,
  tasks: (key) => `# This task with its log and every attempt. Ctrl-Enter runs it.
query ThisTask {
  task(by: { databaseId: ${numberOrText(key)} }) {
    databaseId
    task
    runId
    status
    reason
    startedAt
    finishedAt
    inputs
    outputsUri
    approvalState
    approver
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
`,
  approvals: (key) => `# The latest approval of this task. Ctrl-Enter runs it.
query ThisApproval {
  task(by: { databaseId: ${numberOrText(key)} }) {
    databaseId
    task
    runId
    status
    approval {
      databaseId
      state
      voters
      expiresAt
      consequence {
        text
      }
      mayDecide {
        approve
        whyNotApprove
        missing
      }
      pullRequest {
        owner
        repo
        number
        headSha
        details(refresh: true) {
          title
          additions
          deletions
          changedFiles
          mergeProblem
          checks {
            state
            failed
          }
        }
      }
    }
  }
}
`,
  plans: (key) => `# Scheduled runs of this plan. Ctrl-Enter runs it.
query DueTimes {
  scheduledRuns(plan: ${literal(key)}, first: 20) {
    dueAt
    outcome
    runId
    reason
  }
}
`,
} satisfies Record<string, PageQuery>;

/** The commands that show the same, before the last part of the address. */
export const pageCommands: Record<keyof typeof pageQueries, string> = {
  runs: 'nightshift view',
  tasks: 'nightshift view',
  approvals: 'nightshift view',
  plans: 'nightshift schedule --plan',
};

function numberOrText(key: string): string {
  return /^\d{1,10}$/.test(key) ? String(Number(key)) : literal(key);
}

/** A string of JSON is one of GraphQL, where separators of lines stand for themselves. */
function literal(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
