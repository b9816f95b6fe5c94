import { describe, expect, it } from 'vitest';
import { DatabaseUnavailableError } from '../../database/errors.ts';
import { describeOnBoth } from '../support/databases.ts';

describeOnBoth('A statement', (database) => {
  it('gives rows with text, JSON, whole numbers and times as ISO-8601 text in UTC', async () => {
    const [row] = await database.db().query({
      text: `SELECT 'ñ 🌙 \\ " ''' AS text, '{"a": [1, null]}'::jsonb AS json, 12::int8 AS whole,
        9007199254740993 AS huge, true AS yes, NULL::timestamptz AS never, 'infinity'::timestamptz AS always,
        '2025-01-15 04:30:00.5+02'::timestamptz(3) AS at, '2025-01-15'::date AS day,
        current_setting('TimeZone') AS zone`,
    });
    expect(row).toEqual({
      text: `ñ 🌙 \\ " '`,
      json: { a: [1, null] },
      whole: 12,
      huge: '9007199254740993',
      yes: true,
      never: null,
      always: 'infinity',
      at: '2025-01-15T02:30:00.500Z',
      day: '2025-01-15',
      zone: 'UTC',
    });
  });

  it('that fails leaves the connection ready for the next one, without a new connection', async () => {
    const db = database.db();
    const backend = { text: 'SELECT pg_backend_pid() AS pid' };
    const before = await db.query(backend);
    await expect(db.query({ text: 'SELECT * FROM missing' })).rejects.toMatchObject({ code: '42P01' });
    await expect(db.query({ text: 'SELECT $1::int', values: ['x'] })).rejects.toMatchObject({
      code: '22P02',
    });
    await expect(db.query({ text: 'SELEC 1' })).rejects.toMatchObject({ code: '42601' });
    await expect(db.query({ name: 'bad', text: 'SELECT 1/$1::int', values: [0] })).rejects.toMatchObject({
      code: '22012',
    });
    expect(await db.query(backend)).toEqual(before);
  });

  it('with a name is prepared once and answers each set of values', async () => {
    const { db, open } = { db: database.db(), open: { name: 'double', text: 'SELECT $1::int * 2 AS twice' } };
    for (const value of [1, 2, 3]) {
      expect(await db.query({ ...open, values: [value] })).toEqual([{ twice: value * 2 }]);
    }
    const prepared = await db.query({
      text: `SELECT name FROM pg_prepared_statements WHERE name = 'double'`,
    });
    expect(prepared).toEqual([{ name: 'double' }]);
  });

  it('refuses the NUL character in values and in its text, and goes on', async () => {
    const db = database.db();
    await expect(db.query({ text: 'SELECT $1::text', values: ['a\0b'] })).rejects.toMatchObject({
      code: '22021',
    });
    await expect(db.query({ text: 'SELECT 1\0' })).rejects.toThrow('NUL');
    expect(await db.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });

  it('carries values of five megabytes both ways', async () => {
    const value = '🌙'.repeat(1_250_000);
    const [row] = await database.db().query<{ value: string; size: number }>({
      text: 'SELECT $1::text AS value, octet_length($1::text) AS size',
      values: [value],
    });
    expect(row?.size).toBe(5_000_000);
    expect(row?.value === value).toBe(true);
  });

  it('of two hundred sent at once gets its own answer', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((number) => database.db().query({ text: 'SELECT $1::int AS number', values: [number] })),
    );
    expect(answers).toEqual(numbers.map((number) => [{ number }]));
  });

  it('is counted', async () => {
    const db = database.db();
    const before = db.statements();
    await db.query({ text: 'SELECT 1' });
    await db.prisma.run.count();
    await db.transaction((tx) => tx.query({ text: 'SELECT 1' }));
    expect(db.statements() - before).toBe(5);
  });
});

describeOnBoth('Prisma on the same connections', (database) => {
  it('gives Date objects and JSON, and sees what plain statements wrote', async () => {
    const db = database.db();
    const startedAt = new Date('2025-01-15T02:30:00.123Z');
    const made = await db.prisma.task.create({
      data: { task: 'a', runId: 'r', status: 'queued', startedAt, inputs: { flags: ['--x'], n: null } },
    });
    await db.query({
      text: 'UPDATE agents_tasks SET status = $1 WHERE id = $2',
      values: ['running', made.id],
    });
    const read = await db.prisma.task.findUniqueOrThrow({ where: { id: made.id } });
    expect(read).toMatchObject({ status: 'running', startedAt, inputs: { flags: ['--x'], n: null } });
    const [row] = await db.query<{ started_at: string }>({ text: 'SELECT started_at FROM agents_tasks' });
    expect(row?.started_at).toBe('2025-01-15T02:30:00.123Z');
  });

  it('commits and rolls back its own transactions', async () => {
    const { prisma } = database.db();
    await prisma.$transaction(async (tx) => void (await tx.run.create({ data: { runId: 'kept' } })));
    const gone = prisma.$transaction(async (tx) => {
      await tx.run.create({ data: { runId: 'gone' } });
      throw new Error('changed my mind');
    });
    await expect(gone).rejects.toThrow('changed my mind');
    expect(await prisma.run.findMany({ where: { runId: { in: ['kept', 'gone'] } } })).toHaveLength(1);
  });
});

describe('A server that is not there', () => {
  it('is reported as unavailable, its cause kept', async () => {
    const { openDatabase } = await import('../../database/database.ts');
    const error = await openDatabase({ url: 'postgresql://postgres@127.0.0.1:1/none' }).catch(
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
