import type { Database } from '../../../database/database.ts';

/** Lets a database take no runs, until the function that it gives is called. */
export async function refuseRuns(db: Database): Promise<() => Promise<void>> {
  await db.query({
    text: `CREATE OR REPLACE FUNCTION refuse_runs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room for runs'; END $$`,
  });
  await db.query({
    text: 'CREATE TRIGGER refuse_runs BEFORE INSERT ON runs FOR EACH ROW EXECUTE FUNCTION refuse_runs()',
  });
  return async () => void (await db.query({ text: 'DROP TRIGGER refuse_runs ON runs' }));
}
