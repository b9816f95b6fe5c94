/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query PageViewer {\n  viewer {\n    id\n    kind\n    scopes\n    session {\n      databaseId\n      expiresAt\n    }\n  }\n}\n\nquery WaitingCount {\n  tasks(filter: {status: [AWAITING_APPROVAL]}, first: 0) {\n    totalCount\n  }\n}": typeof types.PageViewerDocument,
    "subscription PageChanges {\n  changed {\n    readAgain\n    rows {\n      kind\n      id\n      version\n    }\n  }\n}": typeof types.PageChangesDocument,
    "query PlanZones {\n  plans(first: 200) {\n    timezone\n  }\n}": typeof types.PlanZonesDocument,
    "query TaskView($id: Int!) {\n  task(by: {databaseId: $id}) {\n    ...TaskRow\n    approvalNote\n    inputs\n    outputs\n    remarks\n    logExcerpt\n    webhookNotifiedAt\n    webhookError\n    run {\n      runId\n      plan\n      project\n      startedBy\n    }\n    waitingFor {\n      kind\n      reason\n      needs\n      lock\n      labels\n      until\n      holder {\n        databaseId\n        task\n        runId\n      }\n    }\n    approval {\n      id\n      kind\n      state\n      voters\n      requestedAt\n      expiresAt\n      endedAt\n      remark\n      problem\n      policy {\n        approvers\n        required\n        onApprove\n      }\n      pullRequest {\n        host\n        owner\n        repo\n        number\n        headSha\n        state\n        author\n      }\n    }\n    attempts {\n      id\n      number\n      worker\n      startedAt\n      finishedAt\n      durationMs\n      endedBy\n      exitCode\n      signal\n      outputsUri\n      logExcerpt\n    }\n    decisions {\n      id\n      action\n      outcome\n      refusal\n      viewer\n      actingFor\n      via\n      note\n      headSha\n      decidedAt\n    }\n    deliveries {\n      id\n      channel\n      kind\n      recipient\n      state\n      createdAt\n      deliveredAt\n      error\n    }\n  }\n}\n\nquery EarlierTasks($task: String!, $until: DateTime) {\n  tasks(filter: {task: [$task], until: $until}, first: 10) {\n    nodes {\n      ...TaskRow\n    }\n  }\n}": typeof types.TaskViewDocument,
    "fragment TaskRow on Task {\n  id\n  databaseId\n  task\n  runId\n  status\n  reason\n  createdAt\n  startedAt\n  finishedAt\n  durationMs\n  outputsUri\n  approvalState\n  approver\n}\n\nquery TaskPage($filter: TaskFilter, $first: Int, $after: String) {\n  tasks(filter: $filter, first: $first, after: $after) {\n    nodes {\n      ...TaskRow\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nquery TaskCount($filter: TaskFilter) {\n  tasks(filter: $filter, first: 0) {\n    totalCount\n  }\n}\n\nquery TaskNews($ids: [ID!]!, $filter: TaskFilter) {\n  nodes(ids: $ids) {\n    ...TaskRow\n  }\n  tasks(filter: $filter, first: 50) {\n    nodes {\n      id\n    }\n  }\n}": typeof types.TaskRowFragmentDoc,
    "fragment CountFields on TaskCounts {\n  queued\n  running\n  succeeded\n  failed\n  awaitingApproval\n  skipped\n  total\n}": typeof types.CountFieldsFragmentDoc,
};
const documents: Documents = {
    "query PageViewer {\n  viewer {\n    id\n    kind\n    scopes\n    session {\n      databaseId\n      expiresAt\n    }\n  }\n}\n\nquery WaitingCount {\n  tasks(filter: {status: [AWAITING_APPROVAL]}, first: 0) {\n    totalCount\n  }\n}": types.PageViewerDocument,
    "subscription PageChanges {\n  changed {\n    readAgain\n    rows {\n      kind\n      id\n      version\n    }\n  }\n}": types.PageChangesDocument,
    "query PlanZones {\n  plans(first: 200) {\n    timezone\n  }\n}": types.PlanZonesDocument,
    "query TaskView($id: Int!) {\n  task(by: {databaseId: $id}) {\n    ...TaskRow\n    approvalNote\n    inputs\n    outputs\n    remarks\n    logExcerpt\n    webhookNotifiedAt\n    webhookError\n    run {\n      runId\n      plan\n      project\n      startedBy\n    }\n    waitingFor {\n      kind\n      reason\n      needs\n      lock\n      labels\n      until\n      holder {\n        databaseId\n        task\n        runId\n      }\n    }\n    approval {\n      id\n      kind\n      state\n      voters\n      requestedAt\n      expiresAt\n      endedAt\n      remark\n      problem\n      policy {\n        approvers\n        required\n        onApprove\n      }\n      pullRequest {\n        host\n        owner\n        repo\n        number\n        headSha\n        state\n        author\n      }\n    }\n    attempts {\n      id\n      number\n      worker\n      startedAt\n      finishedAt\n      durationMs\n      endedBy\n      exitCode\n      signal\n      outputsUri\n      logExcerpt\n    }\n    decisions {\n      id\n      action\n      outcome\n      refusal\n      viewer\n      actingFor\n      via\n      note\n      headSha\n      decidedAt\n    }\n    deliveries {\n      id\n      channel\n      kind\n      recipient\n      state\n      createdAt\n      deliveredAt\n      error\n    }\n  }\n}\n\nquery EarlierTasks($task: String!, $until: DateTime) {\n  tasks(filter: {task: [$task], until: $until}, first: 10) {\n    nodes {\n      ...TaskRow\n    }\n  }\n}": types.TaskViewDocument,
    "fragment TaskRow on Task {\n  id\n  databaseId\n  task\n  runId\n  status\n  reason\n  createdAt\n  startedAt\n  finishedAt\n  durationMs\n  outputsUri\n  approvalState\n  approver\n}\n\nquery TaskPage($filter: TaskFilter, $first: Int, $after: String) {\n  tasks(filter: $filter, first: $first, after: $after) {\n    nodes {\n      ...TaskRow\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nquery TaskCount($filter: TaskFilter) {\n  tasks(filter: $filter, first: 0) {\n    totalCount\n  }\n}\n\nquery TaskNews($ids: [ID!]!, $filter: TaskFilter) {\n  nodes(ids: $ids) {\n    ...TaskRow\n  }\n  tasks(filter: $filter, first: 50) {\n    nodes {\n      id\n    }\n  }\n}": types.TaskRowFragmentDoc,
    "fragment CountFields on TaskCounts {\n  queued\n  running\n  succeeded\n  failed\n  awaitingApproval\n  skipped\n  total\n}": types.CountFieldsFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query PageViewer {\n  viewer {\n    id\n    kind\n    scopes\n    session {\n      databaseId\n      expiresAt\n    }\n  }\n}\n\nquery WaitingCount {\n  tasks(filter: {status: [AWAITING_APPROVAL]}, first: 0) {\n    totalCount\n  }\n}"): typeof import('./graphql.ts').PageViewerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription PageChanges {\n  changed {\n    readAgain\n    rows {\n      kind\n      id\n      version\n    }\n  }\n}"): typeof import('./graphql.ts').PageChangesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query PlanZones {\n  plans(first: 200) {\n    timezone\n  }\n}"): typeof import('./graphql.ts').PlanZonesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query TaskView($id: Int!) {\n  task(by: {databaseId: $id}) {\n    ...TaskRow\n    approvalNote\n    inputs\n    outputs\n    remarks\n    logExcerpt\n    webhookNotifiedAt\n    webhookError\n    run {\n      runId\n      plan\n      project\n      startedBy\n    }\n    waitingFor {\n      kind\n      reason\n      needs\n      lock\n      labels\n      until\n      holder {\n        databaseId\n        task\n        runId\n      }\n    }\n    approval {\n      id\n      kind\n      state\n      voters\n      requestedAt\n      expiresAt\n      endedAt\n      remark\n      problem\n      policy {\n        approvers\n        required\n        onApprove\n      }\n      pullRequest {\n        host\n        owner\n        repo\n        number\n        headSha\n        state\n        author\n      }\n    }\n    attempts {\n      id\n      number\n      worker\n      startedAt\n      finishedAt\n      durationMs\n      endedBy\n      exitCode\n      signal\n      outputsUri\n      logExcerpt\n    }\n    decisions {\n      id\n      action\n      outcome\n      refusal\n      viewer\n      actingFor\n      via\n      note\n      headSha\n      decidedAt\n    }\n    deliveries {\n      id\n      channel\n      kind\n      recipient\n      state\n      createdAt\n      deliveredAt\n      error\n    }\n  }\n}\n\nquery EarlierTasks($task: String!, $until: DateTime) {\n  tasks(filter: {task: [$task], until: $until}, first: 10) {\n    nodes {\n      ...TaskRow\n    }\n  }\n}"): typeof import('./graphql.ts').TaskViewDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment TaskRow on Task {\n  id\n  databaseId\n  task\n  runId\n  status\n  reason\n  createdAt\n  startedAt\n  finishedAt\n  durationMs\n  outputsUri\n  approvalState\n  approver\n}\n\nquery TaskPage($filter: TaskFilter, $first: Int, $after: String) {\n  tasks(filter: $filter, first: $first, after: $after) {\n    nodes {\n      ...TaskRow\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nquery TaskCount($filter: TaskFilter) {\n  tasks(filter: $filter, first: 0) {\n    totalCount\n  }\n}\n\nquery TaskNews($ids: [ID!]!, $filter: TaskFilter) {\n  nodes(ids: $ids) {\n    ...TaskRow\n  }\n  tasks(filter: $filter, first: 50) {\n    nodes {\n      id\n    }\n  }\n}"): typeof import('./graphql.ts').TaskRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment CountFields on TaskCounts {\n  queued\n  running\n  succeeded\n  failed\n  awaitingApproval\n  skipped\n  total\n}"): typeof import('./graphql.ts').CountFieldsFragmentDoc;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
