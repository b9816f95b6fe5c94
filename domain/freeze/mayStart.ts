import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** The condition under which a transaction may start something; where it does, a freeze waits until it has ended. */
export const mayStartSql = 'may_start()';

/** Says whether a transaction may start something: the server is not frozen, and is not before it ends. */
export async function mayStart(tx: Queryable): Promise<boolean> {
  const [answer] = await tx.query(mayStartStatement());
  return answer?.may ?? false;
}

const mayStartStatement = statement({
  name: 'may_start',
  text: `SELECT ${mayStartSql} AS may`,
  row: { may: col.bool },
});
