import { beforeAll, describe, expect, it } from 'vitest';
import { type RunStatus, runStatuses } from '../../../contract/words/runStatus.ts';
import type { RunFilter } from '../../../domain/runs/input.ts';
import { countRuns, readRunPage } from '../../../domain/runs/page.ts';
import { buildRunPage, type RunRange } from '../../../domain/runs/pageSql.ts';
import { describeOnBoth, type TestDatabase, useDatabase } from '../../support/databases.ts';

const projects = ['', 'acme/site', 'acme/shop'];
const names = ['nightly', 'weekly', 'acme/site:nightly'];

/** The statuses of a run's two tasks, for each status of the run. */
const made: Record<RunStatus, [string, string]> = {
  queued: ['queued', 'queued'],
  running: ['queued', 'succeeded'],
  awaiting_approval: ['awaiting_approval', 'queued'],
  failed: ['failed', 'succeeded'],
  succeeded: ['succeeded', 'skipped'],
  skipped: ['skipped', 'skipped'],
};

/**
 * Makes so many runs, an hour after two each: of each plan in turn, and each fifth one reported from outside. `rare` has
 * one label of its own, `gpu` is on every step of `weekly`.
 */
async function makeRuns({ db }: TestDatabase, count: number, statusOf: (index: number) => RunStatus) {
  const run = (text: string, ...values: unknown[]) => db().query({ text, values });
  await run('ALTER TABLE agents_tasks DISABLE TRIGGER approvals_are_opened');
  await run(
    `INSERT INTO plans (hash, name, project, definition) SELECT lpad(project_no || '' || name_no, 64, '0'), name, project,
       jsonb_build_object('steps', jsonb_build_array(jsonb_build_object('task', 'a', 'labels', CASE
         WHEN name = 'weekly' THEN '["gpu", "linux"]'::jsonb ELSE '["linux"]'::jsonb END), jsonb_build_object('task', 'b')))
     FROM unnest($1::text[]) WITH ORDINALITY p(project, project_no), unnest($2::text[]) WITH ORDINALITY n(name, name_no)`,
    projects,
    names,
  );
  await run(
    `INSERT INTO runs (run_id, created_at, plan_hash) SELECT 'run-' || n, '2025-01-01T00:00:00Z'::timestamptz + (n / 2) * interval '1 hour',
       CASE WHEN n % 5 > 0 THEN (SELECT hash FROM plans ORDER BY hash OFFSET n % 9 LIMIT 1) END FROM generate_series(0, $1::int - 1) n`,
    count,
  );
  const statuses = Array.from({ length: count }, (_, index) => made[statusOf(index)]);
  for (const place of [0, 1])
    await run(
      `INSERT INTO agents_tasks (task, run_id, status) SELECT 't' || ${place}, 'run-' || (n - 1), status
       FROM unnest($1::text[]) WITH ORDINALITY given(status, n)`,
      statuses.map((pair) => pair[place]),
    );
}

describeOnBoth('The runs that match', (database) => {
  const count = 180;
  const statusOf = (index: number) => runStatuses[(index * 7) % 6] ?? 'queued';
  beforeAll(() => makeRuns(database, count, statusOf));

  interface Made {
    runId: string;
    at: number;
    status: RunStatus;
    project?: string;
    plan?: string;
    labels: string[];
  }
  const all = Array.from({ length: count }, (_, index): Made => {
    const common = {
      runId: `run-${index}`,
      at: Date.UTC(2025, 0, 1) + Math.floor(index / 2) * 3_600_000,
      status: statusOf(index),
    };
    if (index % 5 === 0) return { ...common, labels: [] };
    const [project, plan] = [projects[Math.floor((index % 9) / 3)] ?? '', names[index % 3] ?? ''];
    return { ...common, project, plan, labels: plan === 'weekly' ? ['gpu', 'linux'] : ['linux'] };
  });

  const matches = ({ at, status, project, plan, labels }: Made, filter: RunFilter): boolean => {
    const {
      statuses = [],
      projects: ofProjects = [],
      plans = [],
      labels: wanted = [],
      since,
      until,
    } = filter;
    return (
      (statuses.length === 0 || statuses.includes(status)) &&
      (ofProjects.length === 0 || ofProjects.includes(project ?? '-')) &&
      (plans.length === 0 || plans.includes(plan ?? '-') || plans.includes(`${project}:${plan}`)) &&
      (wanted.length === 0 || wanted.some((label) => labels.includes(label))) &&
      (since == null || at >= Date.parse(since)) &&
      (until == null || at < Date.parse(until))
    );
  };

  const [since, until] = ['2025-01-02T00:00:00Z', '2025-01-03T12:00:00Z'];
  const filters: RunFilter[] = [
    {},
    { since, until },
    ...runStatuses.map((status): RunFilter => ({ statuses: [status] })),
    { statuses: ['failed', 'running', 'failed'], since },
    { projects: ['acme/site'] },
    { projects: ['acme/site', 'acme/shop'], statuses: ['succeeded'], until },
    { plans: ['nightly'] },
    { plans: ['acme/site:nightly'] },
    { plans: ['nightly', 'acme/site:nightly', 'acme/shop:weekly'], since, until },
    { plans: ['nightly', 'acme/shop:weekly'], projects: ['acme/shop'] },
    { plans: ['acme/shop:weekly'], projects: ['acme/site'] },
    { labels: ['gpu'] },
    { labels: ['gpu', 'linux', 'none'], since },
    { labels: ['linux'], projects: ['acme/site'], plans: ['weekly'], statuses: ['failed', 'queued'] },
    { labels: ['none'] },
  ];

  it.each(filters.map((filter) => [JSON.stringify(filter), filter] as const))(
    'are each found once, in order, either way: %s',
    async (_, filter) => {
      const wanted = all
        .filter((run) => matches(run, filter))
        .sort((a, b) => b.at - a.at || (a.runId < b.runId ? 1 : -1))
        .map(({ runId }) => runId);
      const forward: string[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const { edges, hasNextPage, hasPreviousPage } = await readRunPage(
          database.db(),
          { first: 7, after },
          filter,
        );
        expect(await hasPreviousPage()).toBe(forward.length > 0);
        forward.push(...edges.map(({ node }) => node.runId));
        for (const { node } of edges) expect(node.status).toBe(statusOf(Number(node.runId.slice(4))));
        more = await hasNextPage();
        after = edges.at(-1)?.cursor;
      }
      expect(forward).toEqual(wanted);
      const backward: string[] = [];
      for (let before: string | undefined, more = true; more; ) {
        const { edges, hasPreviousPage } = await readRunPage(database.db(), { last: 11, before }, filter);
        backward.unshift(...edges.map(({ node }) => node.runId));
        more = await hasPreviousPage();
        before = edges[0]?.cursor;
      }
      expect(backward).toEqual(wanted);
      expect(await countRuns(database.db(), filter)).toBe(wanted.length);
      expect(await countRuns(database.db(), filter, 3)).toBe(Math.min(3, wanted.length));
    },
  );

  it('keep to a walk while their statuses change', async () => {
    const filter: RunFilter = { projects: ['acme/site'] };
    const first = await readRunPage(database.db(), { first: 5 }, filter);
    await database
      .db()
      .transaction(async (tx) => {
        await tx.query({ text: `UPDATE agents_tasks SET status = 'failed', finished_at = now()` });
        const rest = await readRunPage(tx, { first: 200, after: first.edges.at(-1)?.cursor }, filter);
        const seen = [...first.edges, ...rest.edges].map(({ node }) => node.runId);
        expect(new Set(seen).size).toBe(all.filter((run) => matches(run, filter)).length);
        expect(seen).toHaveLength(new Set(seen).size);
        throw new Error('undo');
      })
      .catch((error: Error) => {
        if (error.message !== 'undo') throw error;
      });
  });

  it('follow a plan that another project takes over, and lose no label with what they were started without', async () => {
    const moved = await database.db().query<{ hash: string }>({
      text: `UPDATE plans SET project = 'acme/new' WHERE project = '' AND name = 'weekly' RETURNING hash`,
    });
    const { edges } = await readRunPage(database.db(), { first: 200 }, { projects: ['acme/new'] });
    expect(edges.map(({ node }) => [node.project, node.plan])).toEqual(
      Array(edges.length).fill(['acme/new', 'weekly']),
    );
    expect(edges.length).toBe(all.filter(({ project, plan }) => project === '' && plan === 'weekly').length);
    await database.db().query({
      text: `INSERT INTO runs (run_id, plan_hash, left_out) VALUES ('without', $1, '{0}'), ('with', $1, '{1}')`,
      values: [moved[0]?.hash],
    });
    const labels = await database.db().query({
      text: `SELECT run_id AS run, label FROM run_labels WHERE run_id IN ('with', 'without') ORDER BY label`,
    });
    expect(labels).toEqual([
      { run: 'with', label: 'gpu' },
      { run: 'with', label: 'linux' },
    ]);
  });
});

describe('The plan of a page of runs', () => {
  const database = useDatabase('postgres');
  const count = 20_000;
  // A rare status: one of a thousand.
  beforeAll(async () => {
    await makeRuns(database, count, (index) => (index % 1000 === 1 ? 'failed' : 'succeeded'));
    await database.db().query({ text: 'ANALYZE' });
  });

  const deep = { createdAt: '2025-01-20T00:00:00Z', runId: 'run-900' };
  const stretches: Partial<RunRange>[] = [
    {},
    { backward: true },
    { after: deep },
    { before: deep, backward: true },
    { after: deep, outside: { before: deep, inclusive: true } },
  ];
  const filters: RunFilter[] = [
    {},
    { since: '2025-01-05T00:00:00Z', until: '2025-02-01T00:00:00Z' },
    { statuses: ['failed'] },
    { statuses: ['succeeded'] },
    { projects: ['acme/site'] },
    { projects: ['acme/shop'], statuses: ['failed'] },
    { plans: ['nightly'], statuses: ['failed'] },
    { plans: ['acme/site:nightly', 'weekly'] },
    { projects: ['acme/site'], plans: ['weekly'], statuses: ['failed', 'skipped'] },
    { labels: ['gpu'] },
    { plans: ['none'] },
  ];

  it.each(filters.map((filter) => [JSON.stringify(filter), filter] as const))(
    'reads hardly more than it gives, at any depth: %s',
    async (_, filter) => {
      for (const stretch of stretches) {
        const { text, values } = buildRunPage(filter, { limit: 51, backward: false, ...stretch });
        const [row] = await database.db().query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>({
          text: `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
          values,
        });
        const plan = row?.['QUERY PLAN'][0].Plan;
        expect((plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)).toBeLessThan(1500);
      }
    },
  );
});
