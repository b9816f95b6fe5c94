import type { ScopedOperation } from '../../../contract/words/operations.ts';
import type { Sent } from '../serve.ts';

/** How an operation is asked for with what nobody minds, and what the scope `work` alone does not cover. */
export interface Sample {
  graphql?: string;
  rest?: Sent & { path: string };
}

const plan = '{ name: "sample", steps: [{ task: "a" }] }';
/** Writes a mutation of one field. */
export const mutation = (name: string, input: string, selection = '{ __typename }') =>
  `mutation { ${name}(input: { ${input} }) ${selection} }`;
const post = (path: string, json: object = {}) => ({ path, method: 'POST', json });

/** One for each operation that needs a scope. */
export const samples: Record<ScopedOperation, Sample> = {
  readTask: { graphql: '{ task(by: { databaseId: 9 }) { id } }', rest: { path: '/agents/tasks/9' } },
  listTasks: { rest: { path: '/agents/tasks/' } },
  pageTasks: { graphql: '{ tasks { nodes { id } } }', rest: { path: '/agents/tasks/paged' } },
  exportTasks: { rest: { path: '/agents/tasks/paged.csv' } },
  readRun: { graphql: '{ run(runId: "r") { id } }', rest: { path: '/agents/runs/r' } },
  pageRuns: { graphql: '{ runs { nodes { id } } }', rest: { path: '/agents/runs' } },
  readTrends: { graphql: '{ trends { timezone } }' },
  watchRun: { graphql: 'subscription { taskChanged(runId: "r") { id } }' },
  pageApprovals: { graphql: '{ approvals { nodes { id } } }' },
  watchAll: { graphql: 'subscription { changed { readAgain } }' },
  readNode: { graphql: '{ node(id: "VGFzazox") { id } }' },
  readNodes: { graphql: '{ nodes(ids: []) { id } }' },
  pageDecisions: { graphql: '{ decisions { nodes { id } } }' },
  exportDecisions: { rest: { path: '/agents/decisions.csv' } },
  pageDeliveries: { graphql: '{ deliveries { nodes { id } } }' },
  listPlans: { graphql: '{ plans { plan } }' },
  listScheduledRuns: { graphql: '{ scheduledRuns { plan } }' },
  findPolicyProblems: { graphql: `{ policyProblems(plan: ${plan}) { task } }` },
  listWorkers: { graphql: '{ workers { nodes { worker } } }' },
  readServer: { graphql: '{ server { version } }' },
  readMetrics: { rest: { path: '/metrics' } },
  createTask: {
    graphql: mutation('createTask', 'task: "t", runId: "r", status: QUEUED'),
    rest: post('/agents/tasks/', { task: 't', run_id: 'r', status: 'queued' }),
  },
  updateTask: {
    graphql: mutation('updateTask', 'databaseId: 9999, logExcerpt: "x"'),
    rest: { path: '/agents/tasks/9999', method: 'PATCH', json: { log_excerpt: 'x' } },
  },
  registerPlan: { graphql: mutation('registerPlan', `plan: ${plan}`) },
  findPlansOnRecord: { graphql: '{ plansOnRecord(hashes: []) }' },
  settleDue: { graphql: mutation('settleDue', `definition: ${plan}, schedule: "0 3 * * *"`) },
  leaseTask: { graphql: mutation('leaseTask', 'worker: "w", requestId: "r"') },
  extendLease: { graphql: mutation('extendLease', 'leaseId: "x"') },
  finishAttempt: {
    graphql: mutation('finishAttempt', 'leaseId: "x", ending: EXIT, exitCode: 0, durationMs: 1'),
  },
  returnLease: { graphql: mutation('returnLease', 'leaseId: "x", hadBegun: true') },
  startRun: {
    graphql: mutation('startRun', 'from: { plan: "none" }'),
    rest: post('/agents/runs', { plan: 'none' }),
  },
  leaveRun: { graphql: mutation('leaveRun', 'runId: "none"') },
  cancelRun: { graphql: mutation('cancelRun', 'runId: "none"'), rest: post('/agents/runs/none/cancel') },
  retryRun: { graphql: mutation('retryRun', 'runId: "none"'), rest: post('/agents/runs/none/retry') },
  retryTask: { graphql: mutation('retryTask', 'databaseId: 9999'), rest: post('/agents/tasks/9999/retry') },
  acknowledgeTask: { graphql: mutation('acknowledgeTask', 'task: { databaseId: 9999 }') },
  unacknowledgeTask: { graphql: mutation('unacknowledgeTask', 'task: { databaseId: 9999 }') },
  readFreeze: { graphql: '{ freeze { by } }' },
  // An empty reason is refused after the scope was looked at.
  freeze: { graphql: mutation('freeze', 'why: ""') },
  thaw: { graphql: mutation('thaw', '') },
  drainWorker: { graphql: mutation('drainWorker', 'worker: "w"') },
  pausePlan: { graphql: mutation('pausePlan', 'plan: "none"') },
  resumePlan: { graphql: mutation('resumePlan', 'plan: "none"') },
  retirePlan: { graphql: mutation('retirePlan', 'plan: "none"') },
  redeliver: { graphql: mutation('redeliver', 'deliveryId: "00000000"') },
  approveTask: {
    graphql: mutation('approveTask', 'databaseId: 9999'),
    rest: post('/agents/tasks/9999/approve'),
  },
  rejectTask: {
    graphql: mutation('rejectTask', 'databaseId: 9999'),
    rest: post('/agents/tasks/9999/reject'),
  },
  cancelTask: {
    graphql: mutation('cancelTask', 'databaseId: 9999'),
    rest: post('/agents/tasks/9999/cancel'),
  },
  decideTasks: { graphql: mutation('decideTasks', 'action: CANCEL, databaseIds: [9999]') },
  delegate: { graphql: mutation('delegate', 'to: "none", until: "2030-01-01"') },
  endDelegation: { graphql: mutation('endDelegation', 'to: "none"') },
  listKeys: { graphql: '{ apiKeys { nodes { name } } }' },
  createKey: { graphql: mutation('createKey', 'name: "ci", scopes: [READ]') },
  rotateKey: { graphql: mutation('rotateKey', 'name: "none"') },
  revokeKey: { graphql: mutation('revokeKey', 'key: "none"') },
  listPeople: { graphql: '{ people { nodes { label } } }' },
  listWaitingPrincipals: { graphql: '{ waitingPrincipals { nodes { label } } }' },
  setRole: { graphql: mutation('setRole', 'person: "none@example.org", grants: []') },
  removePerson: { graphql: mutation('removePerson', 'person: "none"') },
  forgetPerson: { graphql: mutation('forgetPerson', 'person: "none"') },
  linkPerson: { graphql: mutation('linkPerson', 'principal: "none", person: "none"') },
  unlinkPerson: { graphql: mutation('unlinkPerson', 'principal: "none"') },
  readSettings: { graphql: '{ settings { name } }' },
  listChannels: { graphql: '{ channels { channel } }' },
  testChannel: { graphql: mutation('testChannel', 'channel: SLACK') },
  trustOrigins: { graphql: mutation('trustOrigins', 'plan: "none", origins: []') },
  pruneTasks: {
    graphql: mutation('pruneTasks', 'before: "2020-01-01"', '{ deleted }'),
    rest: { path: '/agents/tasks/before?date=2020-01-01', method: 'DELETE' },
  },
};
