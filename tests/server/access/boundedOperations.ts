import { randomUUID } from 'node:crypto';
import type { World } from './boundedWorld.ts';

/**
 * What an operation changes: something of a plan, the lease of a task with labels, a task from outside, or something of the
 * whole server.
 */
export type Reach = 'plan' | 'lease' | 'report' | 'server';

type InputOf = (world: World) => object;

const taskOf = (reach: 'plan' | 'report', pick: (world: World) => number, more: object = {}) =>
  ({ reach, input: (world: World) => ({ task: { databaseId: pick(world) }, ...more }) }) as const;

const decisions = (more: object = {}) => [
  taskOf('plan', ({ gated }) => gated, more),
  taskOf('report', ({ reported }) => reported.awaiting, more),
];

const byName = [{ reach: 'plan', input: () => ({ plan: 'acme/site:nightly' }) }] as const;

/** Each mutation, with what it is sent to change something: by what it changes. */
export const mutations: Record<string, readonly { reach: Reach; input: InputOf }[]> = {
  approveTask: decisions(),
  rejectTask: decisions(),
  cancelTask: [...decisions(), taskOf('report', ({ reported }) => reported.running)],
  decideTasks: [
    { reach: 'plan', input: ({ gated }) => ({ action: 'REJECT', tasks: [{ task: { databaseId: gated } }] }) },
    { reach: 'report', input: ({ reported }) => ({ action: 'APPROVE', databaseIds: [reported.awaiting] }) },
  ],
  createTask: [
    { reach: 'report', input: () => ({ task: 'seo.check', runId: randomUUID(), status: 'QUEUED' }) },
    {
      reach: 'report',
      input: () => ({
        task: 'seo.check',
        runId: randomUUID(),
        status: 'AWAITING_APPROVAL',
        idempotencyKey: randomUUID(),
      }),
    },
  ],
  updateTask: [
    taskOf('report', ({ reported }) => reported.running, { status: 'SUCCEEDED' }),
    taskOf('report', ({ reported }) => reported.running, { status: 'AWAITING_APPROVAL' }),
    taskOf('report', ({ reported }) => reported.awaiting, { outputsUri: 'https://example.org/new' }),
    taskOf('report', ({ reported }) => reported.awaiting, { approvalState: 'APPROVED' }),
    taskOf('plan', ({ gated }) => gated, { webhookError: 'refused' }),
    taskOf('plan', ({ gated }) => gated, { approvalState: 'REJECTED' }),
  ],
  registerPlan: [
    { reach: 'plan', input: ({ content, home }) => ({ plan: content, home }) },
    {
      reach: 'plan',
      input: ({ home }) => ({ plan: { name: 'nightly', steps: [{ task: randomUUID() }] }, home }),
    },
  ],
  startRun: [
    { reach: 'plan', input: () => ({ from: { plan: 'acme/site:nightly' } }) },
    {
      reach: 'plan',
      input: ({ content, home }) => ({ from: { definition: { content, home } }, exclusive: true }),
    },
    {
      reach: 'plan',
      input: () => ({ from: { plan: 'nightly' }, idempotencyKey: randomUUID(), inputs: { a: 1 } }),
    },
    // The same run once more.
    {
      reach: 'plan',
      input: ({ content, home, runId }) => ({ from: { definition: { content, home } }, runId }),
    },
  ],
  settleDue: [
    {
      reach: 'plan',
      input: ({ content, home }) => ({
        definition: content,
        home,
        schedule: '0 0 * * *',
        dueTimes: [new Date().toISOString(), '2020-01-01T00:00:00Z'],
      }),
    },
  ],
  pausePlan: byName,
  resumePlan: byName,
  retirePlan: byName,
  trustOrigins: [
    {
      reach: 'plan',
      input: () => ({ plan: 'acme/site:nightly', origins: ['github.com/acme/site'] }),
    },
  ],
  cancelRun: [
    { reach: 'plan', input: ({ runId }) => ({ runId }) },
    { reach: 'report', input: ({ reported }) => ({ runId: reported.runId }) },
  ],
  retryRun: [{ reach: 'plan', input: ({ runId }) => ({ runId }) }],
  retryTask: [taskOf('plan', ({ failed }) => failed)],
  leaveRun: [{ reach: 'plan', input: ({ ownRunId }) => ({ runId: ownRunId }) }],
  leaseTask: [
    { reach: 'lease', input: ({ hash }) => asking({ planHashes: [hash] }) },
    { reach: 'lease', input: ({ hash }) => asking({ planHashes: [hash], waitMs: 1000 }) },
    { reach: 'lease', input: ({ ownRunId }) => asking({ runIds: [ownRunId] }) },
  ],
  extendLease: [{ reach: 'lease', input: ({ leaseId }) => ({ leaseId }) }],
  finishAttempt: [
    { reach: 'lease', input: ({ leaseId }) => finishing(leaseId) },
    {
      reach: 'lease',
      input: ({ leaseId, hash }) => ({ ...finishing(leaseId), next: asking({ planHashes: [hash] }) }),
    },
  ],
  returnLease: [{ reach: 'lease', input: ({ leaseId }) => ({ leaseId, hadBegun: true }) }],
  acknowledgeTask: [taskOf('plan', ({ failed }) => failed, { note: 'on it' })],
  unacknowledgeTask: [taskOf('plan', ({ failed }) => failed)],
  freeze: [{ reach: 'server', input: () => ({ why: 'an incident' }) }],
  thaw: [{ reach: 'server', input: () => ({}) }],
  drainWorker: [{ reach: 'server', input: () => ({ worker: 'w1' }) }],
  redeliver: [{ reach: 'plan', input: ({ deliveryId }) => ({ deliveryId }) }],
  testChannel: [{ reach: 'server', input: () => ({ channel: 'SLACK' }) }],
  createKey: [{ reach: 'server', input: () => ({ name: 'ci', scopes: ['READ'] }) }],
  rotateKey: [{ reach: 'server', input: () => ({ name: 'ci' }) }],
  revokeKey: [{ reach: 'server', input: () => ({ key: 'ci' }) }],
  setRole: [{ reach: 'server', input: () => ({ person: 'ann@example.org', grants: [] }) }],
  removePerson: [{ reach: 'server', input: () => ({ person: 'ann@example.org' }) }],
  forgetPerson: [{ reach: 'server', input: () => ({ person: 'ann@example.org' }) }],
  linkPerson: [{ reach: 'server', input: () => ({ principal: '1', person: 'ann@example.org' }) }],
  unlinkPerson: [{ reach: 'server', input: () => ({ principal: '1' }) }],
  delegate: [{ reach: 'server', input: () => ({ to: 'bob@example.org', until: new Date().toISOString() }) }],
  endDelegation: [{ reach: 'server', input: () => ({ to: 'bob@example.org' }) }],
  pruneTasks: [{ reach: 'server', input: () => ({ before: new Date().toISOString() }) }],
};

function asking(more: object): object {
  return { worker: 'w2', requestId: randomUUID(), labels: ['linux'], ...more };
}

function finishing(leaseId: string): object {
  return { leaseId, ending: 'EXIT', exitCode: 0, durationMs: 1 };
}

interface Call {
  reach: Reach;
  path: (world: World) => string;
  body?: InputOf;
}

const decisionRoute = (action: string): readonly Call[] => [
  { reach: 'plan', path: ({ gated }) => `/agents/tasks/${gated}/${action}` },
  {
    reach: 'report',
    path: ({ reported }) => `/agents/tasks/${reported.awaiting}/${action}`,
    body: () => ({ note: 'x' }),
  },
];

/** Each changing route of REST that asks who calls, in the same way. */
export const routes: Record<string, readonly Call[]> = {
  'POST /agents/tasks/': [
    {
      reach: 'report',
      path: () => '/agents/tasks/',
      body: () => ({ task: 'seo.check', run_id: randomUUID(), status: 'running' }),
    },
  ],
  'PATCH /agents/tasks/:id': [
    {
      reach: 'report',
      path: ({ reported }) => `/agents/tasks/${reported.running}`,
      body: () => ({ log_excerpt: 'x' }),
    },
    {
      reach: 'report',
      path: ({ reported }) => `/agents/tasks/${reported.awaiting}`,
      body: () => ({ approval_state: 'rejected' }),
    },
    {
      reach: 'plan',
      path: ({ gated }) => `/agents/tasks/${gated}`,
      body: () => ({ webhook_notified_at: '2025-01-15T02:30:00Z' }),
    },
    {
      reach: 'plan',
      path: ({ gated }) => `/agents/tasks/${gated}`,
      body: () => ({ approval_state: 'approved', approver: 'ann@example.org' }),
    },
  ],
  'POST /agents/tasks/:id/approve': decisionRoute('approve'),
  'POST /agents/tasks/:id/reject': decisionRoute('reject'),
  'POST /agents/tasks/:id/cancel': decisionRoute('cancel'),
  'POST /agents/tasks/:id/retry': [{ reach: 'plan', path: ({ failed }) => `/agents/tasks/${failed}/retry` }],
  'DELETE /agents/tasks/before': [
    { reach: 'server', path: () => `/agents/tasks/before?date=${new Date().toISOString()}` },
  ],
  'POST /agents/runs': [
    { reach: 'plan', path: () => '/agents/runs', body: () => ({ plan: 'nightly', run_id: randomUUID() }) },
  ],
  'POST /agents/runs/:run_id/cancel': [
    { reach: 'plan', path: ({ runId }) => `/agents/runs/${runId}/cancel` },
    { reach: 'report', path: ({ reported }) => `/agents/runs/${reported.runId}/cancel` },
  ],
  'POST /agents/runs/:run_id/retry': [
    { reach: 'plan', path: ({ runId }) => `/agents/runs/${runId}/retry`, body: () => ({ mode: 'all' }) },
  ],
};

/** Mutations without bounds: whoever is signed in may sign out. */
export const otherMutations = ['endSession', 'endSessions'];

/** Changing routes that know their callers in another way: by a link's token, a sign-in of their own, and a signature. */
export const otherRoutes = [
  'POST /a',
  'POST /a/*',
  'POST /sign-in/cli/viewer',
  'POST /sign-in/cli/code',
  'POST /sign-in/cli/token',
  'DELETE /sign-in/cli/token',
  'POST /sign-in/code',
  'POST /sign-in/key',
  'POST /sign-in/issuer/callback',
  'POST /sign-in/github/callback',
  'POST /sign-out',
  'POST /sign-in/cli/device',
  'POST /sign-in/cli/device/token',
  'POST /webhooks/github',
];
