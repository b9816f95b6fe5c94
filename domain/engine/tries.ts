/**
 * The SQL for the number of tries of a task since it was last retried by hand, where it has made so many attempts in all:
 * one whose command never began, since its worker was ended before, is none.
 */
export function triesSql(attempts: string, task: string): string {
  const since = `${attempts} - ${task}.attempt_base`;
  return `${since} - CASE WHEN ${since} < 2 THEN 0 ELSE (
    SELECT count(*)::int FROM task_attempts idle WHERE idle.task_id = ${task}.id AND idle.number > ${task}.attempt_base
      AND idle.number < ${attempts} AND idle.ended_by = 'interrupted' AND idle.duration_ms = 0) END`;
}

/** The SQL for whether an attempt before this one was lost since its task was last retried by hand. */
export function lostBeforeSql(number: string, task: string): string {
  return `${number} - ${task}.attempt_base > 1 AND EXISTS (
    SELECT 1 FROM task_attempts before WHERE before.task_id = ${task}.id AND before.number > ${task}.attempt_base
      AND before.number < ${number} AND before.ended_by = 'lost')`;
}
