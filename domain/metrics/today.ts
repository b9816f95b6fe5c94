/** The begin of the day in UTC by the database's clock, as SQL. */
export const today = `date_trunc('day', now(), 'UTC')`;

/**
 * Narrows `agents_tasks` to those that can have ended today, as SQL, by the index of their starts. What is counted
 * from rows that may be deleted would fall with each prune, and a monitor takes every fall of a counter for a new
 * begin at zero: it would report all older tasks again. Counts of today alone begin at zero each midnight, which is
 * what a monitor understands, and cost the same however many tasks there are.
 */
export const startedLately = `agents_tasks.started_at >= ${today} - interval '2 days'`;
