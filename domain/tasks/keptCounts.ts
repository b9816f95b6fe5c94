import { taskStatuses } from '../../contract/words/taskStatus.ts';

const pairs = taskStatuses.map((status) => `'${status}', nullif(kept.${status}, 0)`).join(', ');

/** The SQL for how many tasks a run has in each status, of its row `kept` of `run_counts`; statuses without tasks are left out. */
export const keptCounts = `jsonb_strip_nulls(jsonb_build_object(${pairs}))`;
