import { decideTask } from '../../domain/approvals/decide.ts';
import { attemptReport } from '../../domain/engine/attemptReport.ts';
import { finishAttempt } from '../../domain/engine/finishAttempt.ts';
import { noteDetails } from '../../domain/pulls/noteDetails.ts';
import type { Store } from '../../domain/store.ts';
import { rollOnce } from '../../domain/trends/roll.ts';
import { playWorkers } from '../domain/engine/support.ts';
import { viewerNamed } from '../support/domain.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const nights = 28;

const definition = {
  name: 'nightly',
  schedule: '30 2 * * *',
  timezone: 'Europe/Berlin',
  concurrency: 3,
  steps: [
    { task: 'seo.validate', run: 'npm run seo' },
    { task: 'links.check', run: 'npm run links' },
    { task: 'code.review', run: 'npm run review', needs: ['seo.validate'] },
    { task: 'deps.update', run: 'npm run deps', needs: ['links.check'], approval: 'always' },
    { task: 'docs.translate', run: 'npm run translate', needs: ['code.review', 'deps.update'] },
  ],
};

/** Where each step begins in its night, and how long it takes: some longer and longer. */
const course: Record<string, { startsMs: number; takesMs: (night: number) => number }> = {
  'seo.validate': { startsMs: 0, takesMs: (night) => (3 + ((night * 7) % 11) / 20) * minuteMs },
  'links.check': { startsMs: 2000, takesMs: (night) => (5 + night / 6) * minuteMs },
  'code.review': { startsMs: 3.3 * minuteMs, takesMs: (night) => (8 + ((night * 5) % 13) / 10) * minuteMs },
  'deps.update': { startsMs: 11 * minuteMs, takesMs: (night) => (2 + ((night * 3) % 7) / 9) * minuteMs },
  'docs.translate': {
    startsMs: 14 * minuteMs,
    takesMs: (night) => (1.3 + ((night * 4) % 9) / 30) * minuteMs,
  },
};

/** What stands in the server: the run of tonight, a task of it that awaits approval, and the last one that failed. */
export interface Invented {
  runId: string;
  waiting: number;
  failed: number;
}

/** Fills a server with four weeks of nights, as a team has them: most are good. */
export async function invent(store: Store): Promise<Invented> {
  const tonight = new Date();
  tonight.setUTCHours(1, 30, 0, 0);
  if (tonight.getTime() > Date.now() - 20 * minuteMs) tonight.setTime(tonight.getTime() - dayMs);
  let runId = '';
  for (let night = 1; night <= nights; night += 1) {
    const begin = new Date(tonight.getTime() - (nights - night) * dayMs);
    runId = `nightly-${begin.toISOString().slice(0, 10)}`;
    await playNight(store, runId, night);
    await moveTo(store, runId, begin, night);
  }
  while (await rollOnce(store.db));
  const [ids] = await store.db.query<{ waiting: number; failed: number }>({
    text: `SELECT (SELECT max(id) FROM agents_tasks WHERE status = 'awaiting_approval') AS waiting,
      (SELECT max(id) FROM agents_tasks WHERE status = 'failed') AS failed`,
  });
  return { runId, waiting: ids?.waiting ?? 0, failed: ids?.failed ?? 0 };
}

async function playNight(store: Store, runId: string, night: number): Promise<void> {
  const workers = playWorkers(store, 'https://github.com/acme/site.git');
  const isTonight = night === nights;
  const home = { project: 'acme/site', isGuessed: false };
  const run = await workers.start([], { definition, home, runId, inputs: { target: 'staging', limit: 20 } });
  for (let lease = await workers.ask(run.planHash); lease; lease = await workers.ask(run.planHash)) {
    const fails =
      lease.task === 'code.review' ? night % 5 === 3 : lease.task === 'seo.validate' && night % 11 === 0;
    const url = `https://github.com/acme/site/pull/${100 + night}`;
    const report = attemptReport.parse({
      ending: 'exit',
      exitCode: fails ? 1 : 0,
      durationMs: Math.round(course[lease.task]?.takesMs(night) ?? 1),
      logExcerpt: logOf(lease.task, fails),
      ...(lease.task === 'deps.update' && { candidates: [url] }),
    });
    await finishAttempt(store, lease.leaseId, report);
    if (lease.task === 'deps.update' && isTonight) await detail(store, lease.taskId, 100 + night);
    else if (lease.task === 'deps.update')
      await decideTask(store, viewerNamed('ada@example.org'), lease.taskId, 'approve');
  }
}

function logOf(task: string, fails: boolean): string {
  const end = fails
    ? 'error: 3 of 42 files are broken\n  src/pages/lamp.html:12 has no title'
    : '42 of 42 files are well';
  return `> ${task}\nreading 42 files of acme/site\n${end}\n`;
}

/** What GitHub tells of the pull request that waits. */
async function detail(store: Store, taskId: number, number: number): Promise<void> {
  const headSha = '5f2c8a1e'.repeat(5);
  await store.db.query({
    text: `UPDATE approvals SET pull_head = $1, pull_author = 'renovate', expires_at = now() + interval '9 hours' WHERE task_id = $2`,
    values: [headSha, taskId],
  });
  await noteDetails(
    store,
    { host: 'github.com', owner: 'acme', repo: 'site', number, headSha },
    {
      details: {
        title: 'Update dependencies of the site',
        isDraft: false,
        isFromFork: false,
        baseRef: 'main',
        headRef: 'deps/weekly',
        additions: 120,
        deletions: 34,
        changedFiles: 6,
        mergeState: 'unstable',
        reviewDecision: null,
        labels: ['dependencies'],
        reviews: [{ reviewer: 'ada', state: 'approved' }],
      },
      checks: {
        state: 'failed',
        passed: 14,
        failed: 1,
        running: 0,
        skipped: 2,
        named: [{ name: 'unit tests', state: 'failed', isRequired: true, url: null }],
        isComplete: true,
        problem: null,
      },
      isUnfinished: false,
    },
  );
}

/** Has a run be of another night, and its steps take their time. */
async function moveTo(store: Store, runId: string, begin: Date, night: number): Promise<void> {
  const at = begin.toISOString();
  await store.db.query({ text: 'UPDATE runs SET created_at = $2 WHERE run_id = $1', values: [runId, at] });
  await store.db.query({
    text: 'UPDATE run_counts SET created_at = $2 WHERE run_id = $1',
    values: [runId, at],
  });
  for (const [task, { startsMs, takesMs }] of Object.entries(course)) {
    const values = [runId, task, at, startsMs, Math.round(takesMs(night))];
    const from = `$3::timestamptz + $4::float8 * interval '1 ms'`;
    const to = `${from} + $5::int * interval '1 ms'`;
    await store.db.query({
      text: `UPDATE task_attempts SET started_at = ${from}, finished_at = CASE WHEN finished_at IS NOT NULL THEN ${to} END, duration_ms = $5
        WHERE task_id = (SELECT id FROM agents_tasks WHERE run_id = $1 AND task = $2)`,
      values,
    });
    await store.db.query({
      text: `UPDATE agents_tasks SET created_at = $3::timestamptz, started_at = CASE WHEN attempts > 0 THEN ${from} ELSE $3::timestamptz END,
          finished_at = CASE WHEN finished_at IS NULL THEN NULL WHEN attempts > 0 THEN ${to} ELSE $3::timestamptz END,
          duration_ms = CASE WHEN attempts > 0 THEN $5 END
        WHERE run_id = $1 AND task = $2`,
      values,
    });
  }
  await store.db.query({
    text: `UPDATE approvals SET requested_at = $2::timestamptz + interval '13 minutes',
        ended_at = CASE WHEN ended_at IS NOT NULL THEN $2::timestamptz + $3 * interval '1 minute' END
      FROM agents_tasks task WHERE task.id = task_id AND run_id = $1`,
    values: [runId, at, 300 + ((night * 37) % 200)],
  });
}
