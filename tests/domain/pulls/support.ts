import { startRun } from '../../../domain/engine/startRun.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import type { Account, PullFacts } from '../../../domain/pulls/pull.ts';
import type { Review } from '../../../domain/pulls/review.ts';
import type { Store } from '../../../domain/store.ts';
import { everything } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

/** Those who review here are known people, by the names that GitHub has for them. */
export const reviewers: ReadonlyMap<string, string> = new Map(
  ['ada', 'bob', 'eve'].map((one) => [one, `github:${one}`]),
);

/** The commits of these tests: `head(1)` is the first. */
export const head = (number: number) => number.toString(16).padStart(40, '0');

/** A time of the host; later numbers are later. */
export const at = (second: number) => new Date(Date.UTC(2025, 0, 15, 2, 30, second)).toISOString();

/** Somebody at the host whom it calls a person. */
export const person = (login: string): Account => ({
  login,
  isPerson: true,
  id: Number.parseInt(Buffer.from(login.toLowerCase()).toString('hex').slice(0, 12), 16),
});

/** A person who is proved to be one who may write to the repository. */
export const writer = (login: string): Account => ({ ...person(login), mayWrite: true });

/** Somebody at the host whom it calls a bot. */
export const bot = (login: string): Account => ({ ...person(login), isPerson: false });

/** A time by which every wait of a test has begun. */
export const later = () => new Date(Date.now() + 3_600_000).toISOString();

/**
 * What the host tells of pull request 7 of isle/light: open, at its first commit, unless told otherwise; what ended it
 * did so after all waits began.
 */
export function facts(more: Partial<PullFacts> = {}): PullFacts {
  return {
    host: 'github.com',
    owner: 'isle',
    repo: 'light',
    number: 7,
    state: 'open',
    headSha: head(1),
    author: person('keeper'),
    openedAt: null,
    updatedAt: at(0),
    endedBy: null,
    isAutomatic: false,
    endedAt: more.state === undefined || more.state === 'open' ? null : later(),
    ...more,
  };
}

/** A member's review that approves the first commit, unless told otherwise. */
export function review(more: Partial<Review> = {}): Review {
  return {
    id: 1,
    state: 'approved',
    commit: head(1),
    reviewer: person('ada'),
    association: 'MEMBER',
    submittedAt: later(),
    ...more,
  };
}

/** What may be different about a task that awaits a decision about a pull request. */
interface PullSetting {
  url: string;
  /** Of its worker's checkout. @default the repository of the pull request */
  origin: string;
  /** What its command reports beside its exit. @default that it printed the pull request */
  report: object;
  /** The repository that its step names. */
  repo: string;
  startedBy: Viewer;
}

/** Brings a task of a run to await approval for a pull request of its own repository under a policy; `after` needs it. */
export async function awaitingPull(
  store: Store,
  policy: Partial<ApprovalPolicy> = {},
  {
    url = 'https://github.com/isle/light/pull/7',
    origin = url.replace(/\/pull\/.*/, '.git'),
    report = { candidates: [url] },
    repo,
    startedBy = everything,
  }: Partial<PullSetting> = {},
): Promise<{ id: number; after: number }> {
  const definition = planDefinition.parse({
    name: 'nightly',
    steps: [
      { task: 'make', policy },
      { task: 'after', needs: ['make'] },
    ],
  });
  const run = await startRun(store, startedBy, { definition });
  const workers = playWorkers(store, origin, repo === undefined ? [] : [{ task: 'make', repo }]);
  // What earlier runs have released may be due before it.
  for (let runId = ''; runId !== run.runId; ) {
    const lease = await workers.leased(run.planHash);
    await workers.finish(lease, lease.task === 'make' ? report : {});
    runId = lease.runId;
  }
  const [make, after] = run.tasks.map(({ id }) => id);
  return { id: make ?? 0, after: after ?? 0 };
}

/** What is worth comparing of a task and its approval. */
export interface Standing {
  status: string;
  approver: string | null;
  after: string;
  head: string | null;
  pull: string | null;
  remark: string | null;
  isStale: boolean;
  /** Whose votes count. */
  voters: string[];
  /** The record of decisions: `action outcome viewer`. */
  record: string[];
}

/** Reads how a task stands, the one after it, and its latest approval. */
export async function standingOf(
  store: Store,
  { id, after }: { id: number; after: number },
): Promise<Standing> {
  const [standing] = await store.db.query<Standing>({
    text: `SELECT status, approver, (SELECT CASE WHEN job_id IS NULL THEN status ELSE 'released' END
          FROM agents_tasks WHERE id = $2) AS after,
        pull_head AS head, pull_state AS pull, nullif(concat_ws(' ', VARIADIC remarks || pull_remark), '') AS remark, stale_at IS NOT NULL AS "isStale",
        ARRAY(SELECT DISTINCT viewer_name(viewer) AS viewer FROM decisions WHERE approval_id = approvals.id AND decisions.id > votes_from
          AND action = 'approve' AND outcome = 'voted' AND NOT EXISTS (SELECT 1 FROM decisions later
            WHERE later.approval_id = approvals.id AND later.viewer = decisions.viewer
              AND later.action = 'withdraw' AND later.id > decisions.id) ORDER BY viewer)::text[] AS voters,
        ARRAY(SELECT action || ' ' || outcome || ' ' || viewer_name(viewer) FROM decisions WHERE task_id = $1 ORDER BY id)::text[] AS record
      FROM agents_tasks JOIN approvals ON task_id = agents_tasks.id WHERE agents_tasks.id = $1
      ORDER BY approvals.id DESC LIMIT 1`,
    values: [id, after],
  });
  if (standing === undefined) throw new Error(`Task ${id} has no approval.`);
  return standing;
}
