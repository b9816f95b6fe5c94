import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../database/database.ts';
import { DatabaseUnavailableError } from '../../database/errors.ts';
import { waitLimitMs } from '../support/hangLimit.ts';
import { type PostgresServer, startPostgres } from '../support/postgresServer.ts';

const settle = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const ONE = { text: 'SELECT 1 AS one' };
const CONNECTIONS = 5;

describe('PostgreSQL that goes away', () => {
  let server: PostgresServer;
  let db: Database;
  beforeAll(async () => {
    server = await startPostgres({ fsync: 'off', max_connections: '12' });
    const options = { maxConnections: CONNECTIONS, connectionTimeoutMillis: waitLimitMs };
    db = await openDatabase({ url: server.url() }, options);
  });
  afterAll(async () => {
    await db?.close();
    await server?.remove();
  });

  /** Keeps statements, transactions, Prisma and copies going until told to stop; tells every failure. */
  function underLoad(): () => Promise<unknown[]> {
    let stopped = false;
    const failures: unknown[] = [];
    const kinds = [
      () => db.query(ONE),
      () => db.query({ name: 'one', text: 'SELECT $1::int AS one', values: [1] }),
      () => db.transaction((tx) => tx.query({ text: 'SELECT pg_sleep(0.002)' })),
      () => db.prisma.run.count(),
      () => db.prisma.$transaction([db.prisma.run.count(), db.prisma.task.count()]),
      async () =>
        void (await (await db.copyOut('COPY (SELECT generate_series(1, 5000)) TO STDOUT')).toArray()),
    ];
    const loops = [...kinds, ...kinds].map(async (work) => {
      while (!stopped) {
        const failure = await settle(work());
        if (failure !== undefined) failures.push(failure);
      }
    });
    return async () => {
      stopped = true;
      await Promise.all(loops);
      return failures;
    };
  }

  async function connections(): Promise<number> {
    const [row] = await db.query<{ count: number }>({
      text: `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'nightshift'`,
    });
    return row?.count ?? 0;
  }

  it('is reported as unavailable and as nothing else, and used again as soon as it is back', async () => {
    const admin = await openDatabase({ url: server.url() }, { maxConnections: 1, migrate: false });
    const stop = underLoad();
    for (let round = 0; round < 20; round += 1) {
      await admin.query({
        text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'nightshift' AND pid <> pg_backend_pid()`,
      });
      await admin.query({ text: 'SELECT pg_sleep(0.05)' });
    }
    await admin.close();
    const failures = await stop();
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.filter((failure) => !(failure instanceof DatabaseUnavailableError))).toEqual([]);
    expect(await Promise.all(Array.from({ length: 50 }, () => db.query(ONE)))).toHaveLength(50);
    // A backend that was ended is listed a moment longer.
    await expect.poll(connections).toBeLessThanOrEqual(CONNECTIONS);
  });

  it('may be killed and started again', async () => {
    await server.kill();
    const failures = await Promise.all(
      [db.query(ONE), db.prisma.run.count(), db.transaction(async () => 1)].map(settle),
    );
    for (const failure of failures) expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(await db.checkReady()).toMatchObject({ ok: false });
    await server.start();
    expect(await db.query(ONE)).toEqual([{ one: 1 }]);
    expect(await db.prisma.run.count()).toBe(0);
    expect(await db.checkReady()).toEqual({ ok: true, checks: { database: 'ok' } });
  });

  it('with no connection to spare is unavailable, not broken', async () => {
    const greedy = { maxConnections: 12, migrate: false, statementTimeoutMillis: waitLimitMs };
    const other = await openDatabase({ url: server.url() }, greedy);
    const lock = { text: 'SELECT pg_advisory_xact_lock(1)' };
    // All of them wait for the lock, until one gets no connection.
    const refused = Promise.withResolvers<unknown>();
    const ask = async () => {
      const failure = await settle(other.query(lock));
      if (failure !== undefined) refused.resolve(failure);
      return failure;
    };
    const failures = await db.transaction(async (tx) => {
      await tx.query(lock);
      const asked = Promise.all(Array.from({ length: 12 }, ask));
      await refused.promise;
      return { asked };
    });
    for (const failure of (await failures.asked).filter((one) => one !== undefined))
      expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    await other.close();
  });

  it('makes callers wait for a free connection no longer than they may', async () => {
    const narrow = await openDatabase(
      { url: server.url() },
      { maxConnections: 1, connectionTimeoutMillis: 1500 },
    );
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    const holding = narrow.transaction(async (tx) => {
      await tx.query(ONE);
      begun.resolve();
      await over.promise;
    });
    await begun.promise;
    const failure = await settle(narrow.query(ONE));
    over.resolve();
    await holding;
    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(String(failure)).toContain('busy for 1500 ms');
    await narrow.close();
  });

  it('ends a statement that runs too long and keeps its connection', async () => {
    const strict = await openDatabase(
      { url: server.url() },
      { maxConnections: 1, statementTimeoutMillis: 1500 },
    );
    const failure = await settle(strict.query({ text: 'SELECT pg_sleep(3600)' }));
    expect(failure).toMatchObject({ code: '57014' });
    expect(await strict.query(ONE)).toEqual([{ one: 1 }]);
    await strict.close();
  });
});
