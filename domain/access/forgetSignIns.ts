import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';

/** For how long it is shown where somebody was signed in, after that has ended, in days. */
const keptDays = 7;

/** Removes sessions that ended a week ago, and sign-ins and codes that nobody can finish any more; so many of each at once. */
export async function forgetSignIns(db: Queryable): Promise<void> {
  await db.query(deleteSessions(keptDays));
  await db.query(deleteSignIns());
  await db.query(deleteCodes());
}

// What was ended would have expired half a day after it was opened.
const deleteSessions = statement({
  name: 'delete_sessions',
  text: `DELETE FROM sessions WHERE id IN (SELECT id FROM sessions
    WHERE expires_at < clock_timestamp() - $1::float8 * interval '1 day' ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
});

const deleteSignIns = statement({
  name: 'delete_sign_ins',
  text: `DELETE FROM sign_ins WHERE sha256 IN (SELECT sha256 FROM sign_ins
    WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
});

const deleteCodes = statement({
  name: 'delete_sign_in_codes',
  text: `DELETE FROM sign_in_codes WHERE sha256 IN (SELECT sha256 FROM sign_in_codes
    WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
});
