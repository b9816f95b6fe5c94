import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { describeOnBoth } from '../support/databases.ts';

describeOnBoth('A copy', (database) => {
  const lines = (count: number, width: number) =>
    `COPY (SELECT g, repeat('🌙', ${width}) FROM generate_series(1, ${count}) g) TO STDOUT (FORMAT csv)`;
  const stillAnswers = async () =>
    expect(await database.db().query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);

  it('streams every byte', async () => {
    const bytes = await buffer(await database.db().copyOut(lines(20_000, 50)));
    const text = bytes.toString('utf8').split('\n');
    expect(text).toHaveLength(20_001);
    expect(text[19_999]).toBe(`20000,${'🌙'.repeat(50)}`);
    await stillAnswers();
  });

  it('gives its connection back before a slow reader has read a short one', async () => {
    const stream = await database.db().copyOut(lines(1000, 50));
    await stillAnswers();
    expect((await buffer(stream)).length).toBeGreaterThan(200_000);
  });

  it('waits for its reader instead of filling the memory', async () => {
    const stream = await database.db().copyOut(lines(60_000, 150));
    let size = 0;
    let most = 0;
    for await (const chunk of stream) {
      size += (chunk as Buffer).length;
      most = Math.max(most, stream.readableLength);
    }
    expect(size).toBeGreaterThan(36_000_000);
    expect(most).toBeLessThan(9_000_000);
    await stillAnswers();
  });

  it('may be abandoned at any time', async () => {
    for (let round = 0; round < 3; round += 1) {
      const stream = await database.db().copyOut(lines(50_000, 100));
      if (round > 0) await once(stream, 'readable');
      stream.destroy();
      await stillAnswers();
    }
  });

  it('of a wrong statement fails with the error of the database', async () => {
    const stream = await database.db().copyOut('COPY (SELECT * FROM missing) TO STDOUT');
    await expect(buffer(stream)).rejects.toMatchObject({ code: '42P01' });
    const late = await database
      .db()
      .copyOut('COPY (SELECT 1/(g - 5000) FROM generate_series(1, 9000) g) TO STDOUT');
    await expect(buffer(late)).rejects.toMatchObject({ code: '22012' });
    await stillAnswers();
  });

  it('is cut off when its reader takes nothing for too long', async () => {
    const db = await database.openFresh({ copyStallMillis: 2000 });
    const stream = await db.copyOut(lines(40_000, 150));
    await expect(once(stream, 'close')).rejects.toThrow('took nothing');
    expect(await db.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });
});
