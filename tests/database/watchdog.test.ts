import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../database/database.ts';
import { DatabaseUnavailableError } from '../../database/errors.ts';
import { useDatabase } from '../support/databases.ts';
import { spawnNode } from '../support/spawnNode.ts';

const ENDLESS = { text: 'DO $$ BEGIN LOOP END LOOP; END $$' };
/** On the embedded database nothing wakes one that sleeps. */
const ASLEEP = { text: 'SELECT pg_sleep(100000)' };
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const embedded = useDatabase('pglite');

describe('A statement that takes longer than it may', () => {
  for (const kind of ['pglite', 'postgres'] as const) {
    const database = kind === 'pglite' ? embedded : useDatabase(kind);
    let db: Database;
    beforeAll(async () => {
      db = await database.openFresh({ statementTimeoutMillis: 1000 });
      await db.query({ text: `INSERT INTO runs (run_id) VALUES ('kept')` });
    });
    afterAll(() => db.close());

    it.each([
      ['a loop', ENDLESS.text],
      ['a product', 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 1000000) b'],
    ])(`is cancelled and named as that (${kind}): %s`, async (_what, text) => {
      const behind = db.query({ text: 'SELECT run_id FROM runs' });
      const within = db.transaction(async (tx) => {
        await tx.query({ text: `INSERT INTO runs (run_id) VALUES ('gone')` });
        await tx.query({ text });
      });
      const error = await failureOf(within);
      expect(error).toMatchObject({ code: '57014', message: 'canceling statement due to statement timeout' });
      expect(await behind).toEqual([{ run_id: 'kept' }]);
      // Neither what comes after it nor the database itself is concerned.
      for (let time = 0; time < 5; time += 1)
        expect(await db.query({ text: 'SELECT run_id FROM runs' })).toEqual([{ run_id: 'kept' }]);
    });
  }
});

describe('An embedded database that stops answering', () => {
  let db: Database;
  beforeAll(async () => {
    db = await embedded.openFresh({ watchdogMillis: 2000 });
    await db.query({ text: `INSERT INTO runs (run_id) VALUES ('kept')` });
  });
  afterAll(() => db.close());
  beforeEach(() => expect.poll(() => failureOf(db.query({ text: 'SELECT 1' }))).toBeUndefined());

  it('fails whoever waits, says so when asked whether it is ready, and comes back with all its rows', async () => {
    const hung = failureOf(db.query(ASLEEP));
    const behind = failureOf(db.query({ text: 'SELECT 1' }));
    const error = await hung;
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect(String(error)).toMatch(
      /gave no answer for 2000 ms: a statement takes longer, and could not be cancelled/,
    );
    expect(await behind).toBeInstanceOf(DatabaseUnavailableError);
    expect((await db.checkReady()).ok).toBe(false);
    await expect.poll(() => db.checkReady()).toMatchObject({ ok: true });
    expect(await db.query({ text: 'SELECT run_id FROM runs' })).toEqual([{ run_id: 'kept' }]);
  });

  it('rolls back the transaction that hung', async () => {
    const hung = db.transaction(async (tx) => {
      await tx.query({ text: `INSERT INTO runs (run_id) VALUES ('gone')` });
      await tx.query(ASLEEP);
    });
    await expect(hung).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await expect.poll(() => failureOf(db.query({ text: 'SELECT 1' }))).toBeUndefined();
    expect(await db.query({ text: `SELECT run_id FROM runs WHERE run_id = 'gone'` })).toEqual([]);
  });

  it('leaves this thread free meanwhile, and can be closed while it hangs', async () => {
    const other = await embedded.openFresh({ watchdogMillis: 2000 });
    let isOver = false;
    const hung = failureOf(other.query(ASLEEP)).finally(() => {
      isOver = true;
    });
    await new Promise((done) => setTimeout(done, 1));
    expect(isOver).toBe(false);
    await other.close();
    expect(await hung).toBeInstanceOf(Error);
  });

  it('counts no time in which the whole process was stopped', async () => {
    const config = await embedded.createFresh();
    const dataDir = 'dataDir' in config ? config.dataDir : '';
    const asking = spawnNode(['tests/fixtures/database/askLong.ts', dataDir, '3000']);
    await asking.printed(/asked/);
    process.kill(asking.pid, 'SIGSTOP');
    await new Promise((done) => setTimeout(done, 3500));
    process.kill(asking.pid, 'SIGCONT');
    await asking.ended();
    expect(asking.stdout()).toBe('asked\nanswered\n');
  });

  it('counts no time that its reader takes', async () => {
    const patient = await embedded.openFresh({ watchdogMillis: 1500 });
    const stream = await patient.copyOut(
      `COPY (SELECT repeat('x', 1000) FROM generate_series(1, 10000)) TO STDOUT`,
    );
    let size = 0;
    for await (const chunk of stream) {
      if (size === 0) await new Promise((resume) => setTimeout(resume, 2500));
      size += (chunk as Buffer).length;
    }
    expect(size).toBe(10_010_000);
    await patient.close();
  });
});

describe('A session of the embedded database', () => {
  it('is new for every connection: no open transaction, no prepared statement, no setting is left', async () => {
    const db = embedded.db();
    await db.query({ name: 'left', text: 'SELECT 1' });
    await db.query({ text: `SET application_name TO 'left'` });
    const abandoned = await db.copyOut('COPY (SELECT generate_series(1, 1000000)) TO STDOUT');
    abandoned.destroy();
    const [row] = await db.query({
      text: `SELECT current_setting('application_name') AS name, current_setting('TimeZone') AS zone,
        (SELECT count(*) FROM pg_prepared_statements) AS prepared`,
    });
    expect(row).toMatchObject({ zone: 'UTC', prepared: 0 });
    expect(row).not.toMatchObject({ name: 'left' });
    expect(await db.query({ name: 'left', text: 'SELECT 2 AS two' })).toEqual([{ two: 2 }]);
  });

  it('that the database itself ends is followed by another', async () => {
    const db = embedded.db();
    await failureOf(db.query({ text: 'SELECT pg_terminate_backend(pg_backend_pid())' }));
    await expect.poll(() => failureOf(db.query({ text: 'SELECT 1' }))).toBeUndefined();
  });
});

describe('The readiness of a database', () => {
  it('includes room on the disk of the embedded one', async () => {
    expect(await embedded.db().checkReady()).toEqual({ ok: true, checks: { database: 'ok', disk: 'ok' } });
    const config = await embedded.createFresh();
    const db = await openDatabase(config, { minFreeBytes: Number.MAX_SAFE_INTEGER });
    const { ok, checks } = await db.checkReady();
    await db.close();
    expect(ok).toBe(false);
    expect(checks.database).toBe('ok');
    expect(checks.disk).toMatch(/only \d+ MB are free/);
  });
});
