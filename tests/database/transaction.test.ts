import { expect, it } from 'vitest';
import { describeOnBoth } from '../support/databases.ts';

describeOnBoth('A transaction', (database) => {
  const runs = () => database.db().query<{ run_id: string }>({ text: 'SELECT run_id FROM runs ORDER BY 1' });
  const insert = (runId: string) => ({ text: 'INSERT INTO runs (run_id) VALUES ($1)', values: [runId] });

  it('keeps everything or nothing', async () => {
    await database.truncate();
    const db = database.db();
    expect(await db.transaction((tx) => tx.query(insert('a')).then(() => 'done'))).toBe('done');
    const failed = db.transaction(async (tx) => {
      await tx.query(insert('b'));
      await tx.query(insert('a'));
    });
    await expect(failed).rejects.toMatchObject({ code: '23505' });
    expect(await runs()).toEqual([{ run_id: 'a' }]);
  });

  it('rejects when the work swallowed the failure of a statement, for nothing was kept', async () => {
    await database.truncate();
    const swallowed = database.db().transaction(async (tx) => {
      await tx.query(insert('lost'));
      await tx.query({ text: 'SELECT 1/0' }).catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('rolled back');
    expect(await runs()).toEqual([]);
  });

  it('refuses a statement beside it at once instead of waiting for itself', async () => {
    const db = database.db();
    const outside = db.transaction(async () => void (await db.query({ text: 'SELECT 1' })));
    await expect(outside).rejects.toThrow('Send it through the transaction');
    const nested = db.transaction(async () => db.transaction(async () => 1));
    await expect(nested).rejects.toThrow('Send it through the transaction');
    const prisma = db.transaction(async () => void (await db.prisma.run.count()));
    await expect(prisma).rejects.toThrow('Send it through the transaction');
    expect(await db.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });

  it('takes no statements after its end', async () => {
    const db = database.db();
    const leaked = await db.transaction(async (tx) => ({ tx }));
    await expect(leaked.tx.query({ text: 'SELECT 1' })).rejects.toThrow('has ended');
  });

  it('runs again when the database says that it collided with another', async () => {
    let tries = 0;
    const result = await database.db().transaction(async (tx) => {
      tries += 1;
      if (tries < 3) await tx.query({ text: `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$` });
      return tries;
    });
    expect(result).toBe(3);
  });

  it('can read from one moment, and read only', async () => {
    const settings = await database.db().transaction(
      (tx) =>
        tx.query({
          text: `SELECT current_setting('transaction_isolation') AS level, current_setting('transaction_read_only') AS read`,
        }),
      { isolation: 'repeatable read', readOnly: true },
    );
    expect(settings).toEqual([{ level: 'repeatable read', read: 'on' }]);
  });
});
