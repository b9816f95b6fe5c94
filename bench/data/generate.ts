import { taskStatuses } from '../../contract/words/taskStatus.ts';

/** How many tasks to make, and how many of them are of the rare kinds that the filters look for. */
export interface DataShape {
  tasks: number;
  tasksPerRun: number;
  /** Minutes from the start of one run to that of the next. */
  minutesPerRun: number;
  /** Tasks of the newest runs that wait for another try: not started, with the log of the last one. */
  queued: number;
  /** Tasks with the rare status `awaiting_approval`, spread over the whole table. */
  awaiting: number;
  /** Tasks with the rare name `release.publish`, spread over the whole table. */
  rareTask: number;
}

/** What the list figures are measured on. */
export const millionTasks: DataShape = {
  tasks: 1_000_000,
  tasksPerRun: 20,
  minutesPerRun: 15,
  queued: 300,
  awaiting: 60,
  rareTask: 60,
};

/** When the first run starts. */
export const firstRun = '2024-01-01 02:30:00+00';

/** The rare name among the tasks. */
export const rareTaskName = 'release.publish';

/** Enough for figures that do not depend on the number of tasks: writes, and the embedded database. */
export const fewTasks: DataShape = { ...millionTasks, tasks: 20_000 };

/** A tenth of the tasks on the same days, for what is read of many days. */
export const tenthOfTasks: DataShape = { ...millionTasks, tasks: 100_000, minutesPerRun: 150 };

/** Runs one statement and gives its rows. */
export type RunStatement = (text: string) => Promise<Record<string, unknown>[]>;

/**
 * Fills an empty, migrated database with runs and tasks in a few statements, always the same ones: four tasks of a
 * run share each start, most tasks were queued before they started, and log excerpts hold about 1 KB of lines.
 */
export async function generateTasks(run: RunStatement, shape: DataShape): Promise<void> {
  await run('BEGIN');
  // Rows of a table that was emptied in the same transaction need no write-ahead log where `wal_level` is minimal.
  await run('TRUNCATE agents_tasks CASCADE');
  const definitions = await setAside(run);
  await run('ALTER TABLE agents_tasks DISABLE TRIGGER USER');
  await run(runsSql(shape));
  await run(tasksSql(shape));
  await run(countsSql);
  await run('ALTER TABLE agents_tasks ENABLE TRIGGER USER');
  for (const definition of definitions) await run(definition);
  await run(`SELECT setval('agents_tasks_id_seq', ${shape.tasks})`);
  await run('COMMIT');
  await run('VACUUM ANALYZE agents_tasks');
  await run('VACUUM ANALYZE runs');
}

/** Takes away what slows the insertion of many rows, and gives the statements that bring it back. */
async function setAside(run: RunStatement): Promise<string[]> {
  const table = `'agents_tasks'::regclass`;
  const rows = await run(`
    SELECT 'DROP INDEX ' || indexrelid::regclass AS drop, pg_get_indexdef(indexrelid) AS restore
      FROM pg_index WHERE indrelid = ${table} AND NOT indisprimary
    UNION ALL SELECT format('ALTER TABLE agents_tasks DROP CONSTRAINT %I', conname),
        format('ALTER TABLE agents_tasks ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE conrelid = ${table} AND contype = 'f'`);
  for (const { drop } of rows) await run(String(drop));
  return rows.map(({ restore }) => String(restore));
}

function runsSql(shape: DataShape): string {
  const runs = Math.ceil(shape.tasks / shape.tasksPerRun);
  return `INSERT INTO runs (run_id, created_at)
    SELECT ${runId('run', shape)}, ${runStart('run', shape)} FROM generate_series(0, ${runs - 1}) run`;
}

/** Runs start in even steps. */
function runStart(run: string, { minutesPerRun }: DataShape): string {
  return `timestamptz '${firstRun}' + ${run} * interval '${minutesPerRun} minutes'`;
}

function runId(run: string, shape: DataShape): string {
  return `'nightly-' || to_char((${runStart(run, shape)}) AT TIME ZONE 'UTC', 'YYYY-MM-DD-HH24MI')`;
}

/** What the triggers keep otherwise. */
const countsSql = `INSERT INTO run_counts (run_id, created_at, ${taskStatuses.join(', ')})
  SELECT run_id, (SELECT runs.created_at FROM runs WHERE runs.run_id = agents_tasks.run_id), ${taskStatuses
    .map((status) => `count(*) FILTER (WHERE status = '${status}')`)
    .join(', ')} FROM agents_tasks GROUP BY run_id`;

function tasksSql(shape: DataShape): string {
  const every = (count: number) => Math.floor(shape.tasks / count);
  return `
    WITH numbered AS (
      SELECT n AS id, (n - 1) / ${shape.tasksPerRun} AS run, (n - 1) % ${shape.tasksPerRun} AS step,
        n > ${shape.tasks - shape.queued} AS queued,
        abs(hashint4(n) / 2) AS noise
      FROM generate_series(1, ${shape.tasks}) n
    ), described AS (
      SELECT *, CASE
          WHEN queued THEN 'queued'
          WHEN id % ${every(shape.awaiting)} = 7 THEN 'awaiting_approval'
          WHEN id > ${shape.tasks - shape.queued - shape.tasksPerRun} THEN 'running'
          WHEN noise % 100 < 5 THEN 'skipped'
          WHEN noise % 100 < 12 THEN 'failed'
          ELSE 'succeeded' END AS status,
        CASE WHEN queued THEN NULL
          ELSE ${runStart('run', shape)} + step / 4 * interval '45 seconds' END AS started_at,
        noise % 60000 AS duration
      FROM numbered
    )
    INSERT INTO agents_tasks (id, task, run_id, status, started_at, finished_at, duration_ms, inputs, outputs_uri,
      log_excerpt, approval_state, approver, approval_note, webhook_notified_at, created_at, moved_xid, moved_xids, moved_from)
    SELECT id,
      CASE WHEN id % ${every(shape.rareTask)} = 11 THEN '${rareTaskName}'
        ELSE (ARRAY[${taskNames.map((name) => `'${name}'`).join(', ')}])[step % ${taskNames.length} + 1] END,
      ${runId('run', shape)}, status, started_at,
      CASE WHEN status NOT IN ('queued', 'running') THEN started_at + duration * interval '1 millisecond' END,
      CASE WHEN status NOT IN ('queued', 'running') THEN duration END,
      CASE WHEN noise % 4 > 0 THEN jsonb_build_object('flags', jsonb_build_array('--strict', '--only-changed'),
        'shard', noise % 16, 'base', substr(md5(run::text), 1, 12)) END,
      CASE WHEN status = 'awaiting_approval' OR noise % 50 = 1 THEN 'https://github.com/acme/site/pull/' || id
        WHEN noise % 5 = 1 THEN 'https://ci.example.com/runs/' || run || '/artifacts/' || id END,
      ${logSql},
      CASE WHEN status = 'awaiting_approval' THEN 'pending'
        WHEN status = 'succeeded' AND noise % 50 = 1 THEN 'approved' END,
      CASE WHEN status = 'succeeded' AND noise % 50 = 1 THEN 'mara@example.com' END,
      CASE WHEN status = 'succeeded' AND noise % 100 = 1 THEN 'Looks right.' END,
      CASE WHEN status = 'awaiting_approval' OR noise % 50 = 1 THEN started_at + interval '2 minutes' END,
      ${runStart('run', shape)},
      CASE WHEN has_moved THEN ${ownXid} END,
      CASE WHEN has_moved THEN ARRAY[${ownXid}] ELSE '{}' END,
      CASE WHEN has_moved THEN ARRAY[NULL::timestamptz] ELSE '{}' END
    FROM (SELECT *, NOT queued AND noise % 5 > 0 AS has_moved FROM described) described`;
}

const ownXid = 'pg_current_xact_id()::text::bigint';

const taskNames = [
  'seo.validate',
  'code.review',
  'dx.integrate',
  'links.check',
  'images.optimize',
  'deps.update',
  'types.check',
  'docs.build',
  'e2e.smoke',
  'a11y.audit',
];

/** Ten to thirty lines of what builds print; a quarter of the excerpts is short, one in fifty long. */
const logSql = `
  '> npm run step -- --shard ' || noise % 16 || E'\\n\\n'
  || repeat('✓ checked src/pages/' || substr(md5(noise::text), 1, 10) || '/index.html in ' || noise % 900 || E' ms\\n',
    CASE WHEN noise % 50 = 7 THEN 60 WHEN noise % 4 = 0 THEN 3 ELSE 6 + noise % 14 END)
  || CASE WHEN noise % 3 = 0
    THEN 'warn  "title" is 71 characters long, expected at most 60 (rule title-length, page /' || md5(id::text) || E')\\n'
    ELSE 'info  wrote ' || noise % 400 || ' files, ' || noise % 7000 || E' kB, nothing left to do\\n' END
  || 'Done in ' || duration || ' ms.'`;
