/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

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
    "mutation ApproveTask($input: ApproveTaskInput!) {\n  approveTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation RejectTask($input: RejectTaskInput!) {\n  rejectTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation CancelTask($input: CancelTaskInput!) {\n  cancelTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}": typeof types.ApproveTaskDocument,
    "fragment ErrorFields on Error {\n  message\n  ... on InvalidInputError {\n    issues {\n      path\n      message\n      type\n    }\n  }\n  ... on IllegalTransitionError {\n    from\n    to\n  }\n  ... on NotAwaitingApprovalError {\n    status\n  }\n  ... on AlreadyDecidedError {\n    decision\n    approver\n  }\n}": typeof types.ErrorFieldsFragmentDoc,
    "mutation CreateTask($input: CreateTaskInput!) {\n  createTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation UpdateTask($input: UpdateTaskInput!) {\n  updateTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation PruneTasks($input: PruneTasksInput!) {\n  pruneTasks(input: $input) {\n    deleted\n    deletedRuns\n    cutoff\n  }\n}": typeof types.CreateTaskDocument,
    "fragment RunFields on Run {\n  id\n  runId\n  createdAt\n  startedAt\n  finishedAt\n  durationMs\n  counts {\n    queued\n    running\n    succeeded\n    failed\n    awaitingApproval\n    skipped\n    total\n  }\n}\n\nquery Run($runId: String!) {\n  run(runId: $runId) {\n    ...RunFields\n  }\n}\n\nquery Runs($first: Int, $after: String, $last: Int, $before: String) {\n  runs(first: $first, after: $after, last: $last, before: $before) {\n    nodes {\n      ...RunFields\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}": typeof types.RunFieldsFragmentDoc,
    "fragment TaskFields on Task {\n  id\n  databaseId\n  task\n  runId\n  status\n  startedAt\n  finishedAt\n  durationMs\n  inputs\n  outputsUri\n  approvalState\n  approver\n  approvalNote\n  webhookNotifiedAt\n  webhookError\n  createdAt\n}\n\nquery Task($id: ID, $databaseId: Int) {\n  task(id: $id, databaseId: $databaseId) {\n    ...TaskFields\n    logExcerpt\n  }\n}\n\nquery Tasks($filter: TaskFilter, $first: Int, $after: String, $last: Int, $before: String) {\n  tasks(\n    filter: $filter\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n  ) {\n    nodes {\n      ...TaskFields\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}\n\nquery CountTasks($filter: TaskFilter) {\n  tasks(filter: $filter, first: 0) {\n    totalCount\n  }\n}": typeof types.TaskFieldsFragmentDoc,
    "subscription TaskChanged($runId: String!) {\n  taskChanged(runId: $runId) {\n    ...TaskFields\n  }\n}\n\nquery Viewer {\n  viewer {\n    id\n    scopes\n  }\n}": typeof types.TaskChangedDocument,
};
const documents: Documents = {
    "mutation ApproveTask($input: ApproveTaskInput!) {\n  approveTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation RejectTask($input: RejectTaskInput!) {\n  rejectTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation CancelTask($input: CancelTaskInput!) {\n  cancelTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}": types.ApproveTaskDocument,
    "fragment ErrorFields on Error {\n  message\n  ... on InvalidInputError {\n    issues {\n      path\n      message\n      type\n    }\n  }\n  ... on IllegalTransitionError {\n    from\n    to\n  }\n  ... on NotAwaitingApprovalError {\n    status\n  }\n  ... on AlreadyDecidedError {\n    decision\n    approver\n  }\n}": types.ErrorFieldsFragmentDoc,
    "mutation CreateTask($input: CreateTaskInput!) {\n  createTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation UpdateTask($input: UpdateTaskInput!) {\n  updateTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation PruneTasks($input: PruneTasksInput!) {\n  pruneTasks(input: $input) {\n    deleted\n    deletedRuns\n    cutoff\n  }\n}": types.CreateTaskDocument,
    "fragment RunFields on Run {\n  id\n  runId\n  createdAt\n  startedAt\n  finishedAt\n  durationMs\n  counts {\n    queued\n    running\n    succeeded\n    failed\n    awaitingApproval\n    skipped\n    total\n  }\n}\n\nquery Run($runId: String!) {\n  run(runId: $runId) {\n    ...RunFields\n  }\n}\n\nquery Runs($first: Int, $after: String, $last: Int, $before: String) {\n  runs(first: $first, after: $after, last: $last, before: $before) {\n    nodes {\n      ...RunFields\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}": types.RunFieldsFragmentDoc,
    "fragment TaskFields on Task {\n  id\n  databaseId\n  task\n  runId\n  status\n  startedAt\n  finishedAt\n  durationMs\n  inputs\n  outputsUri\n  approvalState\n  approver\n  approvalNote\n  webhookNotifiedAt\n  webhookError\n  createdAt\n}\n\nquery Task($id: ID, $databaseId: Int) {\n  task(id: $id, databaseId: $databaseId) {\n    ...TaskFields\n    logExcerpt\n  }\n}\n\nquery Tasks($filter: TaskFilter, $first: Int, $after: String, $last: Int, $before: String) {\n  tasks(\n    filter: $filter\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n  ) {\n    nodes {\n      ...TaskFields\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}\n\nquery CountTasks($filter: TaskFilter) {\n  tasks(filter: $filter, first: 0) {\n    totalCount\n  }\n}": types.TaskFieldsFragmentDoc,
    "subscription TaskChanged($runId: String!) {\n  taskChanged(runId: $runId) {\n    ...TaskFields\n  }\n}\n\nquery Viewer {\n  viewer {\n    id\n    scopes\n  }\n}": types.TaskChangedDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ApproveTask($input: ApproveTaskInput!) {\n  approveTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation RejectTask($input: RejectTaskInput!) {\n  rejectTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation CancelTask($input: CancelTaskInput!) {\n  cancelTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}"): (typeof documents)["mutation ApproveTask($input: ApproveTaskInput!) {\n  approveTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation RejectTask($input: RejectTaskInput!) {\n  rejectTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation CancelTask($input: CancelTaskInput!) {\n  cancelTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment ErrorFields on Error {\n  message\n  ... on InvalidInputError {\n    issues {\n      path\n      message\n      type\n    }\n  }\n  ... on IllegalTransitionError {\n    from\n    to\n  }\n  ... on NotAwaitingApprovalError {\n    status\n  }\n  ... on AlreadyDecidedError {\n    decision\n    approver\n  }\n}"): (typeof documents)["fragment ErrorFields on Error {\n  message\n  ... on InvalidInputError {\n    issues {\n      path\n      message\n      type\n    }\n  }\n  ... on IllegalTransitionError {\n    from\n    to\n  }\n  ... on NotAwaitingApprovalError {\n    status\n  }\n  ... on AlreadyDecidedError {\n    decision\n    approver\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateTask($input: CreateTaskInput!) {\n  createTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation UpdateTask($input: UpdateTaskInput!) {\n  updateTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation PruneTasks($input: PruneTasksInput!) {\n  pruneTasks(input: $input) {\n    deleted\n    deletedRuns\n    cutoff\n  }\n}"): (typeof documents)["mutation CreateTask($input: CreateTaskInput!) {\n  createTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation UpdateTask($input: UpdateTaskInput!) {\n  updateTask(input: $input) {\n    __typename\n    ...TaskFields\n    ...ErrorFields\n  }\n}\n\nmutation PruneTasks($input: PruneTasksInput!) {\n  pruneTasks(input: $input) {\n    deleted\n    deletedRuns\n    cutoff\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment RunFields on Run {\n  id\n  runId\n  createdAt\n  startedAt\n  finishedAt\n  durationMs\n  counts {\n    queued\n    running\n    succeeded\n    failed\n    awaitingApproval\n    skipped\n    total\n  }\n}\n\nquery Run($runId: String!) {\n  run(runId: $runId) {\n    ...RunFields\n  }\n}\n\nquery Runs($first: Int, $after: String, $last: Int, $before: String) {\n  runs(first: $first, after: $after, last: $last, before: $before) {\n    nodes {\n      ...RunFields\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}"): (typeof documents)["fragment RunFields on Run {\n  id\n  runId\n  createdAt\n  startedAt\n  finishedAt\n  durationMs\n  counts {\n    queued\n    running\n    succeeded\n    failed\n    awaitingApproval\n    skipped\n    total\n  }\n}\n\nquery Run($runId: String!) {\n  run(runId: $runId) {\n    ...RunFields\n  }\n}\n\nquery Runs($first: Int, $after: String, $last: Int, $before: String) {\n  runs(first: $first, after: $after, last: $last, before: $before) {\n    nodes {\n      ...RunFields\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment TaskFields on Task {\n  id\n  databaseId\n  task\n  runId\n  status\n  startedAt\n  finishedAt\n  durationMs\n  inputs\n  outputsUri\n  approvalState\n  approver\n  approvalNote\n  webhookNotifiedAt\n  webhookError\n  createdAt\n}\n\nquery Task($id: ID, $databaseId: Int) {\n  task(id: $id, databaseId: $databaseId) {\n    ...TaskFields\n    logExcerpt\n  }\n}\n\nquery Tasks($filter: TaskFilter, $first: Int, $after: String, $last: Int, $before: String) {\n  tasks(\n    filter: $filter\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n  ) {\n    nodes {\n      ...TaskFields\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}\n\nquery CountTasks($filter: TaskFilter) {\n  tasks(filter: $filter, first: 0) {\n    totalCount\n  }\n}"): (typeof documents)["fragment TaskFields on Task {\n  id\n  databaseId\n  task\n  runId\n  status\n  startedAt\n  finishedAt\n  durationMs\n  inputs\n  outputsUri\n  approvalState\n  approver\n  approvalNote\n  webhookNotifiedAt\n  webhookError\n  createdAt\n}\n\nquery Task($id: ID, $databaseId: Int) {\n  task(id: $id, databaseId: $databaseId) {\n    ...TaskFields\n    logExcerpt\n  }\n}\n\nquery Tasks($filter: TaskFilter, $first: Int, $after: String, $last: Int, $before: String) {\n  tasks(\n    filter: $filter\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n  ) {\n    nodes {\n      ...TaskFields\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}\n\nquery CountTasks($filter: TaskFilter) {\n  tasks(filter: $filter, first: 0) {\n    totalCount\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription TaskChanged($runId: String!) {\n  taskChanged(runId: $runId) {\n    ...TaskFields\n  }\n}\n\nquery Viewer {\n  viewer {\n    id\n    scopes\n  }\n}"): (typeof documents)["subscription TaskChanged($runId: String!) {\n  taskChanged(runId: $runId) {\n    ...TaskFields\n  }\n}\n\nquery Viewer {\n  viewer {\n    id\n    scopes\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;