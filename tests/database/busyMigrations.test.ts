import { describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../database/database.ts';
import { eventually } from '../support/eventually.ts';
import { migrationsDir } from '../support/migrationsDir.ts';
import { type NewDatabase, newDatabase } from '../support/newDatabase.ts';
import { spawnNode } from '../support/spawnNode.ts';

const first = 'CREATE TABLE "nights" ("id" SERIAL PRIMARY KEY, "name" TEXT NOT NULL);\n';
const altered = 'ALTER TABLE "nights" ADD COLUMN "length" INTEGER;\n';
const indexed = `-- nightshift: concurrently\nCREATE INDEX CONCURRENTLY "by_name" ON "nights" ("name");\n`;

describe('A migration of a database that others use', () => {
  it('gives up its lock while a long transaction holds the table, so that others go on, and is applied after it', async () => {
    const { place, others } = await used();
    const holder = await hold(place, 'SELECT count(*) FROM nights');
    const told: string[] = [];
    const opening = openDatabase(
      { url: place.url },
      {
        migrationsDir: migrationsDir({ '0001_a': first, '0002_b': altered }),
        lockTimeoutMillis: 200,
        onWait: (what: string) => void told.push(what),
      },
    );
    await eventually(() => expect(told).toHaveLength(1));
    expect(told[0]).toMatch(
      new RegExp(
        `^Migration 0002_b waits for process ${holder.pid} of postgres \\(nightshift\\), idle in transaction, .*SELECT$`,
      ),
    );
    // Without a limit these would wait until the holder ends, which it does only after them.
    for (let time = 0; time < 20; time += 1) await others.query({ text: 'SELECT count(*) FROM nights' });
    await holder.end();
    const db = await opening;
    onTestFinished(() => db.close());
    expect(await db.query({ text: 'SELECT length FROM nights' })).toEqual([{ length: null }]);
  });

  it('says in the end who holds what it locks and what to do, and has changed nothing', async () => {
    const { place, others } = await used();
    const holder = await hold(place, 'SELECT count(*) FROM nights');
    const opening = openDatabase(
      { url: place.url },
      {
        migrationsDir: migrationsDir({ '0001_a': first, '0002_b': altered }),
        lockTimeoutMillis: 1500,
        lockPatienceMillis: 3000,
      },
    );
    await expect(opening).rejects.toThrow(
      new RegExp(
        `^Migration 0002_b could not be applied: process ${holder.pid} .* holds a lock that it needs\\. Nothing was changed.*pg_terminate_backend`,
      ),
    );
    await holder.end();
    expect(
      await others.query({ text: `SELECT 1 FROM "_prisma_migrations" WHERE migration_name = '0002_b'` }),
    ).toEqual([]);
  });

  it('builds an index while others write', async () => {
    const { place, others } = await used();
    const holder = await hold(place, `UPDATE nights SET name = 'held'`);
    const told: string[] = [];
    const opening = openDatabase(
      { url: place.url },
      {
        migrationsDir: migrationsDir({ '0001_a': first, '0002_b': indexed }),
        onWait: (what: string) => void told.push(what),
      },
    );
    await eventually(() => expect(told.join()).toContain(`Migration 0002_b waits for process ${holder.pid}`));
    await others.query({ text: `INSERT INTO nights (name) VALUES ('meanwhile')` });
    await holder.end();
    const db = await opening;
    onTestFinished(() => db.close());
    expect(await validIndexes(others)).toEqual([true]);
  });

  it('builds an index anew whose building was cut off', async () => {
    const { place, others } = await used();
    const directory = migrationsDir({ '0001_a': first, '0002_b': indexed });
    const holder = await hold(place, `UPDATE nights SET name = 'held'`);
    const child = spawnNode(['tests/fixtures/database/openDatabase.ts', place.url, 'close', directory]);
    await eventually(async () => expect(await validIndexes(others)).toEqual([false]));
    await child.kill('SIGKILL');
    await others.query({
      text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND pid <> pg_backend_pid()`,
    });
    await holder.end();
    expect(await validIndexes(others)).toEqual([false]);
    await (await openDatabase({ url: place.url }, { migrationsDir: directory })).close();
    expect(await validIndexes(others)).toEqual([true]);
    const recorded = `SELECT 1 FROM "_prisma_migrations" WHERE migration_name = '0002_b'`;
    expect(await others.query({ text: recorded })).toHaveLength(1);
  });

  it('of which two processes build an index at once has it built once, and neither waits for the other in a circle', async () => {
    const { place, others } = await used();
    const directory = migrationsDir({ '0001_a': first, '0002_b': indexed });
    const holder = await hold(place, `UPDATE nights SET name = 'held'`);
    const children = [1, 2].map(() =>
      spawnNode(['tests/fixtures/database/openDatabase.ts', place.url, 'close', directory]),
    );
    await eventually(async () => expect(await validIndexes(others)).toEqual([false]));
    await holder.end();
    await Promise.all(children.map((child) => child.ended()));
    expect(children.map((child) => child.stdout())).toEqual(['open\n', 'open\n']);
    expect(await validIndexes(others)).toEqual([true]);
  });

  it('that is marked to be built beside others holds nothing but such indexes', async () => {
    const { place } = await used();
    const directory = migrationsDir({ '0001_a': first, '0002_b': `${indexed}${altered}` });
    await expect(openDatabase({ url: place.url }, { migrationsDir: directory })).rejects.toThrow(
      /0002_b is marked .* it has: ALTER TABLE/,
    );
  });
});

/** A database with the first migration and a row, and a connection of somebody else. */
async function used(): Promise<{ place: NewDatabase; others: Database }> {
  const place = await newDatabase();
  const others = await openDatabase(
    { url: place.url },
    { migrationsDir: migrationsDir({ '0001_a': first }) },
  );
  onTestFinished(() => others.close());
  await others.query({ text: `INSERT INTO nights (name) VALUES ('one')` });
  return { place, others };
}

/** Keeps a transaction open after a statement, until it is told to end. */
async function hold(place: NewDatabase, text: string): Promise<{ pid: number; end(): Promise<void> }> {
  const db = await openDatabase({ url: place.url }, { migrate: false });
  const begun = Promise.withResolvers<number>();
  const over = Promise.withResolvers<void>();
  const holding = db.transaction(async (tx) => {
    const [own] = await tx.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
    await tx.query({ text });
    begun.resolve(own?.pid ?? 0);
    await over.promise;
  });
  let ended: Promise<void> | undefined;
  const end = () => {
    over.resolve();
    ended ??= holding.then(() => db.close());
    return ended;
  };
  onTestFinished(end);
  return { pid: await begun.promise, end };
}

async function validIndexes(db: Database): Promise<boolean[]> {
  const rows = await db.query<{ valid: boolean }>({
    text: `SELECT indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = 'by_name'`,
  });
  return rows.map(({ valid }) => valid);
}
