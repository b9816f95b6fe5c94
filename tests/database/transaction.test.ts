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

describeOnBoth("A transaction of Prisma's", (database) => {
  const insert = (runId: string) => ({
    name: 'insert_run',
    text: 'INSERT INTO runs (run_id) VALUES ($1)',
    values: [runId],
  });
  const runs = async () =>
    (await database.db().prisma.run.findMany({ orderBy: { runId: 'asc' } })).map(({ runId }) => runId);

  it('has one connection for models and statements, by name too', async () => {
    await database.truncate();
    const seen = await database.db().prismaTransaction(async (tx) => {
      await tx.prisma.run.create({ data: { runId: 'a' } });
      await tx.query(insert('b'));
      await tx.query(insert('c'));
      const pids = await tx.prisma.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      return {
        models: await tx.prisma.run.count(),
        statements: (await tx.query({ text: 'SELECT 1 FROM runs' })).length,
        isOne:
          pids[0]?.pid ===
          (await tx.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' }))[0]?.pid,
      };
    });
    expect(seen).toEqual({ models: 3, statements: 3, isOne: true });
    expect(await runs()).toEqual(['a', 'b', 'c']);
  });

  it('keeps several at once apart', async () => {
    await database.truncate();
    const db = database.db();
    const works = ['a', 'b', 'c'].map((name) =>
      db.prismaTransaction(async (tx) => {
        await tx.prisma.run.create({ data: { runId: `${name}1` } });
        await tx.query(insert(`${name}2`));
        if (name === 'b') throw new Error('not this one');
        return (await tx.prisma.run.findMany({ where: { runId: { startsWith: name } } })).length;
      }),
    );
    const settled = await Promise.allSettled(works);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled.map((one) => one.status === 'fulfilled' && one.value)).toEqual([2, false, 2]);
    expect(await runs()).toEqual(['a1', 'a2', 'c1', 'c2']);
    expect(db.pool().active).toBe(0);
  });

  it('takes back both kinds when the work throws, or swallowed the failure of a statement', async () => {
    await database.truncate();
    const db = database.db();
    const thrown = db.prismaTransaction(async (tx) => {
      await tx.query(insert('a'));
      await tx.prisma.run.create({ data: { runId: 'b' } });
      throw new Error('no more');
    });
    await expect(thrown).rejects.toThrow('no more');
    const swallowed = db.prismaTransaction(async (tx) => {
      await tx.prisma.run.create({ data: { runId: 'c' } });
      await tx.query({ text: 'SELECT 1/0' }).catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('rolled back');
    expect(await runs()).toEqual([]);
    expect(db.pool().active).toBe(0);
  });

  it('refuses another transaction inside, and statements beside it', async () => {
    const db = database.db();
    const inside: (() => Promise<unknown>)[] = [
      () => db.prismaTransaction(async () => 1),
      () => db.transaction(async () => 1),
      () => db.query({ text: 'SELECT 1' }),
      () => db.prisma.run.count(),
    ];
    for (const work of inside)
      await expect(db.prismaTransaction(work), String(work)).rejects.toThrow(
        'Send it through the transaction',
      );
    await expect(db.transaction(() => db.prismaTransaction(async () => 1))).rejects.toThrow(
      'Send it through the transaction',
    );
    const nested = db.prismaTransaction((tx) =>
      (tx.prisma as unknown as typeof db.prisma).$transaction(async () => 1),
    );
    await expect(nested).rejects.toThrow('begun inside another');
    expect(await db.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });

  it('takes nothing after its end', async () => {
    const { tx } = await database.db().prismaTransaction(async (tx) => ({ tx }));
    await expect(tx.query({ text: 'SELECT 1' })).rejects.toThrow('has ended');
    await expect(tx.prisma.run.count()).rejects.toThrow();
  });

  it('runs again when the database says that it collided with another', async () => {
    let tries = 0;
    const fault = `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$`;
    const result = await database.db().prismaTransaction(async (tx) => {
      tries += 1;
      if (tries === 1) await tx.query({ text: fault });
      if (tries === 2) await tx.prisma.$executeRawUnsafe(fault.replace('40P01', '40001'));
      return tries;
    });
    expect(result).toBe(3);
  });

  it('can read from one moment, and read only', async () => {
    const text = `SELECT current_setting('transaction_isolation') AS level, current_setting('transaction_read_only') AS read,
      current_setting('lock_timeout') AS patience`;
    const settings = await database.db().prismaTransaction((tx) => tx.query({ text }), {
      isolation: 'repeatable read',
      readOnly: true,
      lockTimeoutMs: 1500,
    });
    expect(settings).toEqual([{ level: 'repeatable read', read: 'on', patience: '1500ms' }]);
  });
});
