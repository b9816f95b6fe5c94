import { beforeEach, expect, it } from 'vitest';
import { forgetSignIns } from '../../../domain/access/forgetSignIns.ts';
import { describeOnEither } from '../../support/databases.ts';

describeOnEither('What is known of sign-ins', (database) => {
  beforeEach(() => database.truncate());

  const sql = <Row extends object>(text: string) => database.db().query<Row>({ text });
  const hash = (number: number) => `repeat('${number}', 64)`;
  const session = (number: number, age: string, ended = 'NULL') =>
    sql(`INSERT INTO sessions (sha256, shared, client, proof, expires_at, idle_ms, ended_at, ended_by)
      VALUES (${hash(number)}, 'local', 'browser', 'machine_key', clock_timestamp() - interval '${age}', 1000,
        ${ended}, CASE WHEN ${ended}::timestamptz IS NOT NULL THEN 'local' END)`);

  it('goes when nobody can use it: sessions after a week, the rest at once', async () => {
    await session(1, '8 days');
    await session(2, '6 days');
    await session(3, '8 days', 'clock_timestamp()');
    await session(4, '-1 hour', 'clock_timestamp()');
    await session(5, '-1 hour');
    for (const [number, age] of [
      [6, '1 second'],
      [7, '-1 minute'],
    ] as const) {
      await sql(`INSERT INTO sign_ins (sha256, kind, state, return_to, expires_at)
        VALUES (${hash(number)}, 'issuer', 's', '/', clock_timestamp() - interval '${age}')`);
      await sql(`INSERT INTO sign_in_codes (sha256, kind, expires_at)
        VALUES (${hash(number)}, 'up', clock_timestamp() - interval '${age}')`);
    }
    await sql(`INSERT INTO sign_in_codes (sha256, kind, session_id, expires_at)
      SELECT ${hash(8)}, 'cli', id, clock_timestamp() + interval '1 hour' FROM sessions WHERE sha256 = ${hash(1)}`);
    await forgetSignIns(database.db());
    const kept = (table: string) =>
      sql<{ first: string }>(`SELECT left(sha256, 1) AS first FROM ${table} ORDER BY 1`);
    const firsts = async (table: string) => (await kept(table)).map(({ first }) => first);
    expect([await firsts('sessions'), await firsts('sign_ins'), await firsts('sign_in_codes')]).toEqual([
      ['2', '4', '5'],
      ['7'],
      ['7'],
    ]);
  });

  it('goes a thousand at a time', async () => {
    await sql(`INSERT INTO sessions (sha256, shared, client, proof, expires_at, idle_ms)
      SELECT encode(sha256(n::text::bytea), 'hex'), 'local', 'browser', 'machine_key', clock_timestamp() - interval '9 days', 1
      FROM generate_series(1, 1500) n`);
    const left = async () => (await sql<{ n: number }>('SELECT count(*)::int AS n FROM sessions'))[0]?.n;
    await forgetSignIns(database.db());
    expect(await left()).toBe(500);
    await forgetSignIns(database.db());
    expect(await left()).toBe(0);
  });
});
