/**
 * The words of Nightshift, once for the database, GraphQL, REST, CLI and docs.
 *
 * plan        a named definition in the team's repository: steps, schedule
 * step        one entry of a plan: a command, what it needs, its limits
 * run         one execution of a plan, e.g. `nightly-2025-01-15`
 * task        one step inside one run; it has the status
 * outcome     what an attempt reports: exit, outputs, log excerpt; never a status
 * decision    approve, reject or cancel: by whom, how, when
 * approval    the wait for a decision
 * viewer      the authenticated caller
 * filter, page, cursor, connection
 *             reading lists; a cursor is a position in the sort order
 */

/** Every status a task can have, in the order of its life. */
export const taskStatuses = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'awaiting_approval',
  'skipped',
] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** Every state of an approval; a task that nobody was asked about has none. */
export const approvalStates = ['pending', 'approved', 'rejected', 'cancelled', 'expired'] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** What a human can decide about a task. */
export const decisionActions = ['approve', 'reject', 'cancel'] as const;
export type DecisionAction = (typeof decisionActions)[number];
