import type { Scope } from './viewers.ts';
import { wordsOf } from './words.ts';

/** A route, as `POST /agents/runs`; its HEAD goes with a GET. */
type Route = `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`;

/** Where an operation is found. */
interface Doors {
  /** The field of GraphQL. */
  graphql?: `${'Query' | 'Mutation' | 'Subscription'}.${string}`;
  /** The route, or all of them. */
  rest?: Route | readonly Route[];
}

/** What is known of an operation that needs a scope. */
interface ScopedFacts extends Doors {
  scope: Scope;
  /** A further scope, and when it is needed too. */
  also?: { scope: Scope; when: string };
  /** For what of one's own being signed in is enough, in GraphQL. */
  own?: string;
  /** For what the scope `work` is enough, in GraphQL: as much as the shipped worker needs. */
  work?: string;
}

/** What is known of an operation that is open to everybody. */
interface OpenFacts extends Doors {
  scope: 'open';
  /** Why it may be. */
  because: string;
}

const ownRuns = 'runs that you started';

/** What callers can do, where, and the scope that it needs. Each field of GraphQL's roots and each route is one of these. */
export const operationFacts = {
  readTask: {
    graphql: 'Query.task',
    rest: 'GET /agents/tasks/:id',
    scope: 'read',
    work: `for tasks of ${ownRuns}`,
  },
  listTasks: { rest: 'GET /agents/tasks/', scope: 'read' },
  pageTasks: {
    graphql: 'Query.tasks',
    rest: 'GET /agents/tasks/paged',
    scope: 'read',
    work: `for tasks of ${ownRuns}`,
  },
  exportTasks: { rest: 'GET /agents/tasks/paged.csv', scope: 'read' },
  readRun: { graphql: 'Query.run', rest: 'GET /agents/runs/:run_id', scope: 'read' },
  pageRuns: { graphql: 'Query.runs', rest: 'GET /agents/runs', scope: 'read' },
  readTrends: { graphql: 'Query.trends', scope: 'read' },
  watchRun: { graphql: 'Subscription.taskChanged', scope: 'read' },
  pageApprovals: { graphql: 'Query.approvals', scope: 'read' },
  watchAll: { graphql: 'Subscription.changed', scope: 'read' },
  readNode: { graphql: 'Query.node', scope: 'read' },
  readNodes: { graphql: 'Query.nodes', scope: 'read' },
  pageDecisions: { graphql: 'Query.decisions', scope: 'read' },
  exportDecisions: { rest: 'GET /agents/decisions.csv', scope: 'read' },
  pageDeliveries: { graphql: 'Query.deliveries', scope: 'read' },
  listPlans: { graphql: 'Query.plans', scope: 'read', work: 'if you name a plan' },
  listScheduledRuns: { graphql: 'Query.scheduledRuns', scope: 'read', work: 'if you name a plan' },
  findPolicyProblems: { graphql: 'Query.policyProblems', scope: 'read', work: '' },
  listWorkers: { graphql: 'Query.workers', scope: 'read' },
  readServer: { graphql: 'Query.server', scope: 'read' },
  readMetrics: { rest: 'GET /metrics', scope: 'read' },

  createTask: { graphql: 'Mutation.createTask', rest: 'POST /agents/tasks/', scope: 'report' },
  updateTask: {
    graphql: 'Mutation.updateTask',
    rest: 'PATCH /agents/tasks/:id',
    scope: 'report',
    also: { scope: 'approve', when: 'the change is a decision' },
    work: `to record who was notified of tasks of ${ownRuns}, or whose attempt was yours`,
  },

  registerPlan: { graphql: 'Mutation.registerPlan', scope: 'work' },
  findPlansOnRecord: { graphql: 'Query.plansOnRecord', scope: 'work' },
  settleDue: { graphql: 'Mutation.settleDue', scope: 'work' },
  leaseTask: {
    graphql: 'Mutation.leaseTask',
    scope: 'work',
    also: { scope: 'operate', when: 'you name exclusive runs that others started' },
  },
  extendLease: { graphql: 'Mutation.extendLease', scope: 'work' },
  finishAttempt: { graphql: 'Mutation.finishAttempt', scope: 'work' },
  returnLease: { graphql: 'Mutation.returnLease', scope: 'work' },

  startRun: {
    graphql: 'Mutation.startRun',
    rest: 'POST /agents/runs',
    scope: 'operate',
    work: 'for an exclusive run of a plan that you send, without a run id',
  },
  leaveRun: { graphql: 'Mutation.leaveRun', scope: 'operate', work: `for ${ownRuns}` },
  cancelRun: {
    graphql: 'Mutation.cancelRun',
    rest: 'POST /agents/runs/:run_id/cancel',
    scope: 'operate',
    work: `for ${ownRuns}`,
  },
  retryRun: { graphql: 'Mutation.retryRun', rest: 'POST /agents/runs/:run_id/retry', scope: 'operate' },
  retryTask: { graphql: 'Mutation.retryTask', rest: 'POST /agents/tasks/:id/retry', scope: 'operate' },
  acknowledgeTask: { graphql: 'Mutation.acknowledgeTask', scope: 'operate' },
  unacknowledgeTask: { graphql: 'Mutation.unacknowledgeTask', scope: 'operate' },
  readFreeze: { graphql: 'Query.freeze', scope: 'read', work: '' },
  freeze: { graphql: 'Mutation.freeze', scope: 'operate' },
  thaw: { graphql: 'Mutation.thaw', scope: 'operate' },
  drainWorker: { graphql: 'Mutation.drainWorker', scope: 'operate' },
  pausePlan: { graphql: 'Mutation.pausePlan', scope: 'operate' },
  resumePlan: { graphql: 'Mutation.resumePlan', scope: 'operate' },
  retirePlan: { graphql: 'Mutation.retirePlan', scope: 'operate' },
  redeliver: { graphql: 'Mutation.redeliver', scope: 'operate' },

  approveTask: { graphql: 'Mutation.approveTask', rest: 'POST /agents/tasks/:id/approve', scope: 'approve' },
  rejectTask: { graphql: 'Mutation.rejectTask', rest: 'POST /agents/tasks/:id/reject', scope: 'approve' },
  cancelTask: { graphql: 'Mutation.cancelTask', rest: 'POST /agents/tasks/:id/cancel', scope: 'approve' },
  decideTasks: { graphql: 'Mutation.decideTasks', scope: 'approve' },

  delegate: { graphql: 'Mutation.delegate', scope: 'approve' },
  endDelegation: {
    graphql: 'Mutation.endDelegation',
    scope: 'approve',
    also: { scope: 'admin', when: 'you end that of somebody else' },
  },

  listKeys: { graphql: 'Query.apiKeys', scope: 'admin', own: 'your own keys' },
  createKey: { graphql: 'Mutation.createKey', scope: 'admin', own: 'a key of your own' },
  rotateKey: { graphql: 'Mutation.rotateKey', scope: 'admin', own: 'your own keys' },
  revokeKey: { graphql: 'Mutation.revokeKey', scope: 'admin', own: 'your own keys' },
  listPeople: { graphql: 'Query.people', scope: 'admin' },
  listWaitingPrincipals: { graphql: 'Query.waitingPrincipals', scope: 'admin' },
  setRole: { graphql: 'Mutation.setRole', scope: 'admin' },
  removePerson: { graphql: 'Mutation.removePerson', scope: 'admin' },
  forgetPerson: { graphql: 'Mutation.forgetPerson', scope: 'admin' },
  linkPerson: { graphql: 'Mutation.linkPerson', scope: 'admin' },
  unlinkPerson: { graphql: 'Mutation.unlinkPerson', scope: 'admin' },
  readSettings: { graphql: 'Query.settings', scope: 'admin' },
  listChannels: { graphql: 'Query.channels', scope: 'admin' },
  testChannel: { graphql: 'Mutation.testChannel', scope: 'admin' },
  trustOrigins: { graphql: 'Mutation.trustOrigins', scope: 'admin' },
  pruneTasks: { graphql: 'Mutation.pruneTasks', rest: 'DELETE /agents/tasks/before', scope: 'admin' },

  readViewer: {
    graphql: 'Query.viewer',
    scope: 'open',
    because: 'it tells you only who you are',
  },
  listSessions: {
    graphql: 'Query.sessions',
    scope: 'open',
    because: 'it shows only your own sessions; those of others need `admin`',
  },
  endSession: {
    graphql: 'Mutation.endSession',
    scope: 'open',
    because: 'it ends only sessions of your own; those of others need `admin`',
  },
  endSessions: {
    graphql: 'Mutation.endSessions',
    scope: 'open',
    because: 'it ends only sessions of your own; those of others need `admin`',
  },
  useGraphql: {
    rest: ['GET /graphql', 'POST /graphql'],
    scope: 'open',
    because: 'each field needs its own scope; the schema and GraphiQL hold no data',
  },
  readReadiness: {
    rest: 'GET /ready',
    scope: 'open',
    because: 'details of failed checks are shown only with `read`',
  },
  readDocumentation: {
    rest: ['GET /docs', 'GET /docs/*', 'GET /openapi.json'],
    scope: 'open',
    because: 'it holds no data',
  },
  openPage: {
    rest: [
      'GET /',
      'GET /tasks',
      'GET /tasks/*',
      'GET /runs',
      'GET /runs/*',
      'GET /approvals',
      'GET /approvals/*',
      'GET /trends',
      'GET /settings',
      'GET /settings/*',
      'GET /plans/*',
      'GET /assets/*',
      'GET /theme.js',
      'GET /favicon.svg',
    ],
    scope: 'open',
    because: 'it holds no data: the page asks GraphQL, with what you may do',
  },
  signIn: {
    rest: ['GET /sign-in', 'POST /sign-in/key'],
    scope: 'open',
    because: 'it lets in only those who prove who they are',
  },
  signInByLink: {
    rest: ['GET /sign-in/code', 'POST /sign-in/code'],
    scope: 'open',
    because: 'the code of the link lets in one browser',
  },
  signOut: {
    rest: 'POST /sign-out',
    scope: 'open',
    because: 'it ends only your own session',
  },
  decideByLink: {
    rest: ['GET /a', 'POST /a', 'GET /a/*', 'POST /a/*'],
    scope: 'open',
    because: 'the token of the link stands for its recipient',
  },
  signInByIssuer: {
    rest: ['GET /sign-in/issuer', 'GET /sign-in/issuer/callback', 'POST /sign-in/issuer/callback'],
    scope: 'open',
    because: 'whoever signs in proves to the issuer who they are',
  },
  signInByGithub: {
    rest: ['GET /sign-in/github', 'GET /sign-in/github/callback', 'POST /sign-in/github/callback'],
    scope: 'open',
    because: 'whoever signs in proves to GitHub who they are',
  },
  signInCli: {
    rest: [
      'GET /sign-in/cli',
      'POST /sign-in/cli/viewer',
      'POST /sign-in/cli/code',
      'POST /sign-in/cli/token',
      'DELETE /sign-in/cli/token',
      'POST /sign-in/cli/device',
      'POST /sign-in/cli/device/token',
    ],
    scope: 'open',
    because: 'a command line gets no more than whoever is signed in in the browser has',
  },
  receiveEvent: {
    rest: 'POST /webhooks/github',
    scope: 'open',
    because: 'the signature proves the sender',
  },
} as const satisfies Record<string, ScopedFacts | OpenFacts>;

type Facts = typeof operationFacts;

/** What callers can do. */
export type Operation = keyof Facts;
export const operations = wordsOf(operationFacts);

/** An operation that needs a scope. */
export type ScopedOperation = {
  [O in Operation]: Facts[O] extends { scope: Scope } ? O : never;
}[Operation];

/** An operation for a part of which the scope `work` is enough. */
export type WorkOperation = { [O in Operation]: Facts[O] extends { work: string } ? O : never }[Operation];

/** An operation that needs a further scope in some cases. */
export type AlsoOperation = { [O in Operation]: Facts[O] extends { also: object } ? O : never }[Operation];

/** An operation for a part of which being signed in is enough. */
export type OwnOperation = { [O in Operation]: Facts[O] extends { own: string } ? O : never }[Operation];

/** The scope that an operation needs. */
export function scopeOf(operation: ScopedOperation): Scope {
  return operationFacts[operation].scope;
}

/** The field and the routes of an operation. */
export function doorsOf(operation: Operation): { field: string | undefined; routes: readonly string[] } {
  const { graphql, rest = [] }: Doors = operationFacts[operation];
  return { field: graphql, routes: typeof rest === 'string' ? [rest] : rest };
}
