import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { decideByLink } from '../../../domain/approvals/decideByLink.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { reclaimAbandonedRuns } from '../../../domain/engine/abandoned.ts';
import { sweepLeases } from '../../../domain/engine/finishAttempt.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { failSilent } from '../../../domain/reporting/failSilent.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { serve, type TestServer } from '../../server/serve.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { serveGraphql } from '../../support/graphql.ts';
import { playWorkers } from '../engine/support.ts';

const secret = 'it-is-a-secret-of-github';
/** Who may decide at all; octocat is somebody else who is known, mallory nobody. */
const admins = ['ann@example.org'];
const githubUsers = new Map([['octocat', 'eve@example.org']]);

/** What awaits approval, and who made it. */
interface Held {
  id: number;
  runId: string;
  lease: Lease | undefined;
  /** The plan of a task that awaits approval before it runs. */
  gated?: string;
}

/** What awaits approval: a task of an outside reporter, one of a run, or one that has not run yet. */
const kinds = ['reported', 'made', 'gate'] as const;

const links = [
  'https://github.com/isle/light/pull/7',
  'https://github.com/isle/light/pull/8',
  'https://github.com/isle/other/pull/7',
  'https://evil.example/isle/light/pull/7',
  'https://ci.example.org/artifacts/1',
] as const;
const link = fc.constantFrom(...links);
const who = fc.constantFrom('octocat', 'mallory', 'ghost');
const status = fc.constantFrom('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'AWAITING_APPROVAL', 'SKIPPED');
const when = fc
  .integer({ min: 0, max: 40 })
  .map((minute) => new Date(Date.now() + minute * 60_000).toISOString());

/** Two people, neither of whom does anything here. */
const named = ['ann@example.org', 'carol@example.org'];

const policy: fc.Arbitrary<Partial<ApprovalPolicy>> = fc.record(
  {
    approvers: fc.constantFrom(named, ['eve@example.org', 'mallory'], ['admin', 'slack']),
    required: fc.constantFrom(1, 2),
    denySelf: fc.boolean(),
    risk: fc.constantFrom('low', 'high'),
    onExpire: fc.constantFrom('expire', 'reject', 'escalate'),
    escalateTo: fc.constant(['carol@example.org']),
    onApprove: fc.constantFrom('none', 'merge'),
  },
  { requiredKeys: ['escalateTo'] },
);

/** One thing that somebody who may not approve does, or that happens. */
type Step =
  | { mutation: (held: Held) => string }
  | { event: { kind: 'pull_request' | 'pull_request_review'; body: object } }
  | { link: { recipient: string; action: 'approve' | 'reject' } }
  | { work: 'sweep' | 'overdue' | 'report again' | 'next run'; url: string };

const mutations: fc.Arbitrary<Step> = fc
  .oneof(
    fc
      .constantFrom('approveTask', 'rejectTask', 'cancelTask', 'retryTask')
      .map((name) => (held: Held) => `${name}(input: { databaseId: ${held.id} })`),
    fc
      .constantFrom('APPROVE', 'REJECT', 'CANCEL')
      .map(
        (action) => (held: Held) => `decideTasks(input: { action: ${action}, databaseIds: [${held.id}] })`,
      ),
    fc.tuple(status, link).map(
      ([to, url]) =>
        (held: Held) =>
          `updateTask(input: { databaseId: ${held.id}, status: ${to}, outputsUri: "${url}" })`,
    ),
    link.map((url) => (held: Held) => `updateTask(input: { databaseId: ${held.id}, outputsUri: "${url}" })`),
    fc
      .constantFrom('APPROVED', 'PENDING', 'REJECTED')
      .map(
        (state) => (held: Held) => `updateTask(input: { databaseId: ${held.id}, approvalState: ${state} })`,
      ),
    fc
      .constantFrom('FAILED', 'ALL')
      .map((mode) => (held: Held) => `retryRun(input: { runId: "${held.runId}", mode: ${mode} })`),
    fc.constant((held: Held) => `leaveRun(input: { runId: "${held.runId}" })`),
    fc.constant((held: Held) => `cancelRun(input: { runId: "${held.runId}" })`),
    status.map(
      (to) => (held: Held) => `createTask(input: { runId: "${held.runId}", task: "make", status: ${to} })`,
    ),
    link.map(
      (url) => (held: Held) =>
        `finishAttempt(input: { leaseId: "${held.lease?.leaseId ?? '0b6d7a1e-5c1f-4f0e-9d52-3f2f6f1f7c11'}", ending: "exit", exitCode: 0, durationMs: 6, outputsUri: "${url}" })`,
    ),
  )
  .map((mutation) => ({ mutation }));

const events: fc.Arbitrary<Step> = fc
  .record({
    login: who,
    at: when,
    number: fc.constantFrom(7, 8),
    repo: fc.constantFrom('light', 'other'),
    host: fc.constantFrom('github.com', 'evil.example'),
    head: fc.constantFrom('a'.repeat(40), 'b'.repeat(40)),
    what: fc.constantFrom(
      'opened',
      'synchronize',
      'merged',
      'closed',
      'approved',
      'dismissed',
      'changes_requested',
    ),
    association: fc.constantFrom('OWNER', 'NONE'),
    id: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ login, at, number, repo, host, head, what, association, id }) => {
    const user = { login, id: login.length, type: 'User' };
    const isReview = ['approved', 'dismissed', 'changes_requested'].includes(what);
    const ended = what === 'merged' || what === 'closed';
    const action = isReview ? (what === 'dismissed' ? what : 'submitted') : ended ? 'closed' : what;
    const pull_request = {
      html_url: `https://${host}/isle/${repo}/pull/${number}`,
      number,
      user: { ...user, login: 'bot' },
      state: ended ? 'closed' : 'open',
      merged: what === 'merged',
      draft: false,
      auto_merge: null,
      created_at: at,
      updated_at: at,
      closed_at: ended ? at : null,
      merged_at: what === 'merged' ? at : null,
      merged_by: what === 'merged' ? user : null,
      head: { sha: head },
      base: { repo: { name: repo, owner: { login: 'isle' } } },
    };
    const review = {
      id,
      state: what,
      commit_id: head,
      user,
      author_association: association,
      submitted_at: at,
    };
    return {
      event: {
        kind: isReview ? ('pull_request_review' as const) : ('pull_request' as const),
        body: { action, sender: user, pull_request, ...(isReview ? { review } : {}) },
      },
    };
  });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: mutations },
  { weight: 4, arbitrary: events },
  {
    weight: 1,
    arbitrary: fc
      .record({
        recipient: fc.constantFrom('slack', 'eve@example.org'),
        action: fc.constantFrom('approve' as const, 'reject' as const),
      })
      .map((one) => ({ link: one })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      work: fc.constantFrom(
        'sweep' as const,
        'overdue' as const,
        'report again' as const,
        'next run' as const,
      ),
      url: link,
    }),
  },
);

describeOnEither('Held means held', (database) => {
  const store = storeOf(database, [], { admins, githubUsers });
  const unlisted = storeOf(database, [], { githubUsers });
  const workers = playWorkers(store);
  const graphql = serveGraphql(database);
  let rest: Record<'listed' | 'unlisted', TestServer>;
  beforeAll(async () => {
    const config = { githubWebhookSecret: secret, githubUsers };
    rest = {
      listed: await serve(database.db(), { ...config, adminUsers: admins }),
      unlisted: await serve(database.db(), config),
    };
    graphql.viewer = viewerNamed('eve@example.org', ['read', 'report', 'operate']);
  });

  /** Holds a task for a link, or before it runs. */
  async function hold(
    kind: (typeof kinds)[number],
    url: string,
    wanted: Partial<ApprovalPolicy>,
  ): Promise<Held> {
    if (kind === 'gate') {
      // Nothing is merged before it runs.
      const { onApprove: _none, ...gate } = wanted;
      const run = await workers.start([{ task: 'make', gate, onOpen: 'run' }]);
      return { id: run.tasks[0]?.id ?? 0, runId: run.runId, lease: undefined, gated: run.planHash };
    }
    if (kind === 'reported') {
      const runId = `r${Math.random()}`;
      const { task } = await createTask(store, everything, {
        task: 'make',
        runId,
        status: 'awaiting_approval',
        outputsUri: url,
      });
      const text = 'UPDATE approvals SET policy = policy || $2 WHERE task_id = $1';
      await store.db.query({ text, values: [task.id, JSON.stringify(wanted)] });
      return { id: task.id, runId, lease: undefined };
    }
    const steps = [{ task: 'make', approval: 'always', policy: wanted, onOpen: 'run' }];
    const { planHash, tasks, runId } = await workers.start(steps);
    // What earlier histories made due again comes first.
    for (;;) {
      const lease = await workers.leased(planHash);
      await workers.finish(lease, { outputsUri: url });
      if (lease.runId === runId) return { id: tasks[0]?.id ?? 0, runId, lease };
    }
  }

  async function take(one: Step, held: Held, people: keyof typeof rest): Promise<void> {
    if ('mutation' in one) await graphql.send(`mutation { ${one.mutation(held)} { __typename } }`);
    else if ('event' in one) {
      const body = JSON.stringify(one.event.body);
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      const headers = { 'content-type': 'application/json', 'x-github-event': one.event.kind };
      const sent = { method: 'POST', body, headers: { ...headers, 'x-hub-signature-256': signature } };
      expect((await rest[people].send('/webhooks/github', sent)).status).toBeLessThan(500);
    } else if ('link' in one) {
      const { recipient, action } = one.link;
      const [approval] = await store.db.query<{ id: number; link: string | null; head: string | null }>({
        text: `SELECT approvals.id, outputs_uri AS link, pull_head AS head FROM approvals
          JOIN agents_tasks ON agents_tasks.id = task_id WHERE task_id = $1 ORDER BY approvals.id DESC LIMIT 1`,
        values: [held.id],
      });
      const token = approval && (await createLink(store.db, approval.id, recipient));
      if (token === undefined) return;
      const viewer = viewerNamed('eve@example.org', ['read', 'report']);
      const seen = { seenHead: approval?.head ?? null, seenLink: approval?.link ?? '' };
      await decideByLink(people === 'listed' ? store : unlisted, { token, action, viewer, ...seen }).catch(
        () => undefined,
      );
    } else await work(one, held);
  }

  async function work({ work: what, url }: Extract<Step, { work: string }>, held: Held): Promise<void> {
    if (what === 'report again' && held.lease)
      await workers.finish(held.lease, { outputsUri: url, durationMs: 7 }).catch(() => undefined);
    if (what === 'next run') {
      const steps = [{ task: 'make', approval: 'always', onOpen: 'supersede' }];
      const { planHash } = await workers.start(steps);
      await workers.carryOut(planHash, () => ({ outputsUri: url }));
    }
    if (what === 'overdue')
      await store.db.query({
        text: `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE task_id = $1 AND ended_at IS NULL`,
        values: [held.id],
      });
    await sweepLeases(store);
    await failSilent(store, 1);
    await reclaimAbandonedRuns(store);
    await expireApprovals(store);
  }

  it('against everything that happens without a person who may decide', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...kinds),
        link,
        policy,
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('listed' as const, 'unlisted' as const),
        async (kind, url, given, steps, people) => {
          // Where no list says who decides, the policy does.
          const wanted = people === 'listed' ? given : { ...given, approvers: named };
          const held = await hold(kind, url, wanted);
          const told = [held.id, kind, wanted];
          for (const one of steps) {
            const before = await readTask(store.db, held.id);
            if (before.status !== 'awaiting_approval') return;
            await take(one, held, people);
            const after = await readTask(store.db, held.id);
            expect([after.status, after.approvalState, told, one]).not.toEqual([
              'succeeded',
              after.approvalState,
              told,
              one,
            ]);
            if (held.gated === undefined) continue;
            // Nor does a worker get it; what earlier histories left would come first.
            const lease = await workers.ask(held.gated);
            expect([lease?.taskId === held.id, told, one]).toEqual([false, told, one]);
            if (lease) await workers.finish(lease);
            const [row] = await store.db.query<{ gate: string | null }>({
              text: 'SELECT gate FROM agents_tasks WHERE id = $1',
              values: [held.id],
            });
            expect([row?.gate, told, one]).not.toEqual(['approved', told, one]);
          }
        },
      ),
      { numRuns: sized({ short: 40, full: 1000 }) },
    );
  });
});
