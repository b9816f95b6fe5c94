import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { delegate } from '../../../domain/access/delegations.ts';
import { delegateInput } from '../../../domain/access/personInput.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { readRights } from '../../../domain/approvals/rights.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { DomainError } from '../../../domain/input/errors.ts';
import type { Bounds, Viewer } from '../../../domain/input/viewer.ts';
import type { Store } from '../../../domain/store.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { signIn, viewerOfPerson } from '../../support/people.ts';

const names = ['ann@example.org', 'bob@example.org', 'cy@example.org'];
const head = 'a'.repeat(40);

const people = fc.uniqueArray(fc.constantFrom(...names, 'group:release', 'github:ann-codes'), {
  maxLength: 3,
});
const policy = fc.record({
  required: fc.constantFrom(1, 2),
  denySelf: fc.boolean(),
  approvers: people,
  alsoApprovers: people,
  risk: fc.constantFrom('normal', 'high'),
  onApprove: fc.constantFrom('none', 'merge'),
  onExpire: fc.constantFrom('expire', 'escalate', 'reject'),
  escalateTo: fc.constant<string[]>(['cy@example.org']),
});
const wait = fc.record({
  policy,
  startedBy: fc.nat(names.length - 1),
  /** Who opened its pull request; null for none, undefined for an unknown one. */
  author: fc.constantFrom('ann-codes', 'stranger', null, undefined),
  hasPull: fc.boolean(),
  hasHead: fc.boolean(),
  isOverdue: fc.boolean(),
  voter: fc.option(fc.nat(names.length - 1)),
  project: fc.constantFrom('acme/site', 'acme/other'),
});
type Wait = typeof wait extends fc.Arbitrary<infer T> ? T : never;

const proofs = ['key', 'proxy', 'issuer', 'github', 'fresh', 'stale', 'cli'] as const;
const caller = fc.record({
  who: fc.nat(names.length - 1),
  kind: fc.constantFrom('person' as const, 'person' as const, 'shared' as const, 'service' as const),
  proof: fc.constantFrom(...proofs),
  isBounded: fc.boolean(),
  isListed: fc.boolean(),
});
type Caller = typeof caller extends fc.Arbitrary<infer T> ? T : never;

describeOnEither('What somebody may do about an approval', (database) => {
  const setting: Partial<Store> = {
    githubUsers: new Map([['ann-codes', 'ann@example.org']]),
    pullReach: { host: 'github.com', asks: true, hears: false },
    groupsOf: (viewer) => (viewer.startsWith('bob') ? ['release'] : []),
  };
  const store = storeOf(database, [], setting);
  /** Only two of them may hold roles that decide. */
  const listed = storeOf(database, [], { ...setting, admins: ['ann@example.org', 'bob@example.org'] });
  let known: Viewer[] = [];
  beforeEach(async () => {
    await database.truncate();
    known = [];
    for (const name of names) known.push(viewerOfPerson(await signIn(store, name, { grants: ['approver'] })));
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await delegate(store, known[0] ?? everything, delegateInput.parse({ to: 'bob@example.org', until }));
  });

  it('is said exactly as it is decided, whoever asks, with one answer for many', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wait, { minLength: 1, maxLength: 4 }),
        caller,
        fc.constantFrom('approve' as const, 'reject' as const, 'cancel' as const),
        async (waits, by, action) => {
          const ids: number[] = [];
          for (const one of waits) ids.push(await waiting(one));
          const viewer = viewerOf(by);
          const asked = by.isListed ? listed : store;
          const approvals = (await readApprovals(store.db, ids)).filter((one) => one !== null);
          const rights = await readRights(asked, viewer, approvals);
          for (const [index, { id: approvalId, taskId, pullRequest }] of approvals.entries()) {
            const shown = { approvalId, expectedHeadSha: pullRequest?.headSha ?? '' };
            const refusal = await refusalOf(decideTask(asked, viewer, taskId, action, shown));
            const right = rights[index];
            const told = JSON.stringify({ wait: waits[index], by, action, refusal: refusal?.message, right });
            expect(right?.whyNot[action] === null, told).toBe(refusal === undefined);
            if (refusal || action !== 'approve' || right?.hasVoted) continue;
            // A gate lets its task run, so that it waits no more either.
            const isOver = (await findTask(store.db, taskId))?.status !== 'awaiting_approval';
            expect(right?.isLast, told).toBe(isOver);
          }
        },
      ),
      { numRuns: sized({ short: 60, full: 1500 }) },
    );
  });

  it('says that a fresh sign-in helps exactly where it does', async () => {
    await fc.assert(
      fc.asyncProperty(wait, caller, async (one, by) => {
        const id = await waiting(one);
        const [approval] = await readApprovals(store.db, [id]);
        if (!approval) return;
        const stale = viewerOf({ ...by, kind: 'person', proof: 'stale' });
        const [before] = await readRights(store, stale, [approval]);
        const [after] = await readRights(store, viewerOf({ ...by, kind: 'person', proof: 'fresh' }), [
          approval,
        ]);
        const helps = before?.whyNot.approve !== null && after?.whyNot.approve === null;
        expect(before?.needsFreshSignIn, JSON.stringify({ one, by, before })).toBe(helps);
        // Whoever GitHub or the command line has signed in proves nothing by doing so again.
        for (const proof of ['cli', 'github'] as const) {
          const [other] = await readRights(store, viewerOf({ ...by, kind: 'person', proof }), [approval]);
          expect(other?.needsFreshSignIn, proof).toBe(false);
        }
      }),
      { numRuns: sized({ short: 30, full: 500 }) },
    );
  });

  it('takes as many statements for many approvals as for one', async () => {
    const one: Wait = {
      policy: {
        required: 2,
        denySelf: true,
        approvers: names,
        alsoApprovers: [],
        risk: 'high',
        onApprove: 'none',
        onExpire: 'expire',
        escalateTo: [],
      },
      startedBy: 0,
      author: 'stranger',
      hasPull: true,
      hasHead: true,
      isOverdue: false,
      voter: null,
      project: 'acme/site',
    };
    for (let number = 0; number < 20; number += 1) await waiting(one);
    const all = await store.db.query<{ taskId: number }>({
      text: 'SELECT task_id AS "taskId" FROM approvals WHERE ended_at IS NULL',
    });
    const viewer = viewerOf({ who: 1, kind: 'person', proof: 'fresh', isBounded: true, isListed: false });
    const count = async (some: typeof all) => {
      let statements = 0;
      const counting = Object.create(store.db, {
        query: {
          value: (...given: Parameters<typeof store.db.query>) => {
            statements += 1;
            return store.db.query(...given);
          },
        },
      });
      const pending = some.map(({ taskId }) => ({ taskId, state: 'pending' as const }));
      await readRights({ ...plain(store), db: counting }, viewer, pending);
      return statements;
    };
    expect(all).toHaveLength(20);
    expect(await count(all)).toBe(await count(all.slice(0, 1)));
  });

  it('names who still may, without who has approved and whose own work it is', async () => {
    const id = await waiting({
      policy: {
        required: 2,
        denySelf: true,
        approvers: [...names, 'group:release'],
        alsoApprovers: [],
        risk: 'normal',
        onApprove: 'none',
        onExpire: 'expire',
        escalateTo: [],
      },
      startedBy: 0,
      author: undefined,
      hasPull: false,
      hasHead: false,
      isOverdue: false,
      voter: 1,
      project: 'acme/site',
    });
    const [rights] = await readRights(store, viewerNamed('cy@example.org'), [
      { taskId: id, state: 'pending' },
    ]);
    expect(rights).toMatchObject({
      whyNot: { approve: null },
      isLast: true,
      missing: 1,
      stillMay: ['cy@example.org', 'group:release'],
    });
  });

  /** Brings a task to wait for a decision as it is described. */
  async function waiting(given: Wait): Promise<number> {
    const content = {
      name: 'nightly',
      steps: [{ task: 'deploy', gate: {}, inputs: { at: performance.now() } }],
    };
    const wanted = startRunInput.parse({
      definition: content,
      home: { project: given.project, isGuessed: false },
    });
    const starter = viewerNamed(names[given.startedBy] ?? '');
    const { tasks } = await startRun(store, starter, wanted);
    const id = tasks[0]?.id ?? 0;
    const { voter, hasPull, hasHead, isOverdue } = given;
    await store.db.query({
      text: `UPDATE approvals SET policy = policy || $2, pull_host = CASE WHEN $3 THEN 'github.com' END, pull_owner = CASE WHEN $3 THEN 'acme' END,
          pull_repo = CASE WHEN $3 THEN 'site' END, pull_number = CASE WHEN $3 THEN 7 END, pull_state = CASE WHEN $3 THEN 'open' END,
          pull_own = $3 WHERE task_id = $1`,
      values: [id, JSON.stringify({ ...given.policy, expiresAfterMs: 3_600_000 }), hasPull],
    });
    await store.db.query({
      text: `UPDATE approvals SET pull_head = $2, pull_author = $3, expires_at = now() + $4 * interval '1 hour' WHERE task_id = $1`,
      values: [
        id,
        hasPull && hasHead ? head : null,
        hasPull ? (given.author ?? null) : null,
        isOverdue ? -1 : 1,
      ],
    });
    if (voter !== null)
      await store.db.query({
        text: `INSERT INTO decisions (task_id, approval_id, action, outcome, viewer, viewer_kind, via)
          SELECT $1, id, 'approve', 'voted', recorded_viewer($2, 'person', lower($2)), 'person', 'graphql' FROM approvals WHERE task_id = $1`,
        values: [id, names[voter]],
      });
    return id;
  }

  function viewerOf({ who, kind, proof, isBounded }: Caller): Viewer {
    const bounds: Bounds = { projects: ['acme/site'] };
    const session = ['fresh', 'stale', 'cli', 'github'].includes(proof)
      ? {
          id: 1,
          client: proof === 'cli' ? ('cli' as const) : ('browser' as const),
          provedAt: proof === 'fresh' ? Date.now() : Date.now() - 3_600_000,
        }
      : undefined;
    const person = known[who] ?? everything;
    return {
      ...(kind === 'person' ? person : { ...viewerNamed(kind === 'service' ? 'ci' : 'admin'), kind }),
      proof: proof === 'key' || proof === 'proxy' || proof === 'github' ? proof : 'issuer',
      session,
      ...(isBounded && { bounds }),
    };
  }
});

async function refusalOf(work: Promise<unknown>): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** The setting of a store, without what opens its database. */
function plain({ githubUsers, pullReach, groupsOf, db }: Store) {
  return { githubUsers, pullReach, groupsOf, db };
}
