import type { Bounds } from '../../../domain/input/viewer.ts';
import type { Store } from '../../../domain/store.ts';

/** A row, and whose it is, as far as bounds of keys know that. */
interface OwnedRow {
  key: string;
  text: string;
  project: string | null;
  plan: string | null;
  /** The name of a task that was reported from outside. */
  task: string | null;
  labels: string[] | null;
}

const ofRun = 'LEFT JOIN runs ON runs.run_id = row.run_id LEFT JOIN plans ON plans.hash = runs.plan_hash';
const ofTask = `JOIN agents_tasks task ON task.id = row.task_id
  LEFT JOIN runs ON runs.run_id = task.run_id LEFT JOIN plans ON plans.hash = runs.plan_hash`;
const reported = 'CASE WHEN task.step IS NULL THEN task.task END';

const select = (
  table: string,
  {
    id,
    from = '',
    project = 'plans.project',
    plan = 'plans.name',
    task = 'NULL',
    labels = 'NULL',
    where = 'true',
  }: {
    id: string;
    from?: string;
    project?: string;
    plan?: string;
    task?: string;
    labels?: string;
    where?: string;
  },
) => `SELECT '${table} ' || concat_ws(' ', ${id}) AS key, to_jsonb(row)::text AS text, ${project}::text AS project,
    ${plan}::text AS plan, (${task})::text AS task, (${labels})::jsonb AS labels FROM ${table} row ${from} WHERE ${where}`;

const ownKey = { project: 'row.project', plan: 'row.plan' };
const rowsOfAll = [
  select('agents_tasks', { id: 'row.id', from: ofRun, task: 'CASE WHEN row.step IS NULL THEN row.task END' }),
  select('runs', {
    id: 'row.run_id',
    from: 'JOIN plans ON plans.hash = row.plan_hash',
  }),
  select('run_counts', { id: 'row.run_id', from: ofRun, where: 'plans.name IS NOT NULL' }),
  select('run_labels', { id: 'row.label, row.run_id', from: ofRun }),
  select('task_attempts', {
    id: 'row.task_id, row.number',
    from: ofTask,
    labels: `plans.definition -> 'steps' -> task.step -> 'labels'`,
  }),
  select('approvals', { id: 'row.id', from: ofTask, task: reported }),
  select('deliveries', { id: 'row.id', from: ofTask, task: reported }),
  select('plans', { id: 'row.hash', project: 'row.project', plan: 'row.name' }),
  select('plan_states', { id: 'row.project, row.plan', ...ownKey }),
  select('schedules', { id: 'row.project, row.plan', ...ownKey }),
  select('schedule_ticks', { id: 'row.project, row.plan, row.due_at', ...ownKey }),
  select('plan_origins', { id: 'row.id', ...ownKey }),
  select('projects', { id: 'row.name', project: 'row.name', plan: 'NULL' }),
].join(' UNION ALL ');

/** Reads the rows that a key may not change, by what tells them from others. */
export async function readOutside(store: Store, bounds: Bounds): Promise<Map<string, string>> {
  const rows = await store.db.query<OwnedRow>({ text: rowsOfAll });
  return new Map(rows.filter((row) => !isInside(row, bounds)).map(({ key, text }) => [key, text]));
}

/** Says it anew, by what the documentation says of bounds. */
function isInside({ project, plan, task, labels }: OwnedRow, bounds: Bounds): boolean {
  const fits = (name: string, names: readonly string[]) =>
    names.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));
  if (labels?.some((label) => bounds.labels?.includes(label) === false)) return false;
  const speaksOfPlans = bounds.projects !== undefined || bounds.plans !== undefined;
  const isOfProject = bounds.projects === undefined || (!!project && bounds.projects.includes(project));
  if (task === null && plan === null) return isOfProject;
  const planFits =
    plan === null ||
    ((speaksOfPlans || bounds.tasks === undefined) &&
      isOfProject &&
      (bounds.plans === undefined || fits(plan, bounds.plans)));
  const taskFits = task === null || (bounds.tasks === undefined ? !speaksOfPlans : fits(task, bounds.tasks));
  return planFits && taskFits;
}
