import { expect, it } from 'vitest';
import { describeOnBoth } from '../support/databases.ts';

describeOnBoth('The database', (database) => {
  it('answers', async () => {
    expect(await database.db().query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
    await database.truncate();
  });
});
