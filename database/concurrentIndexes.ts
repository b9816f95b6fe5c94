import type { Session } from './driver.ts';
import { MigrationError } from './errors.ts';

/** One index that is built while others read and write its table. */
interface ConcurrentIndex {
  name: string;
  sql: string;
}

/** The first line of a migration that holds nothing but indexes that are built so. */
const marker = '-- nightshift: concurrently\n';

/** Says whether a migration is carried out outside a transaction. */
export function isConcurrent(sql: string): boolean {
  return sql.startsWith(marker);
}

/** The indexes of a migration that is carried out outside a transaction. @throws MigrationError when it holds anything else */
export function indexesOf({ name, sql }: { name: string; sql: string }): ConcurrentIndex[] {
  const code = sql
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n');
  const statements = code.split(';').map((statement) => statement.trim());
  return statements
    .filter((statement) => statement !== '')
    .map((statement) => {
      const index = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY "(\w+)" ON "\w+"/.exec(statement)?.[1];
      if (index === undefined)
        throw new MigrationError(
          `Migration ${name} is marked to run outside a transaction, where it may only have CREATE INDEX CONCURRENTLY "name" ON "table"; it has: ${statement.slice(0, 60)}`,
        );
      return { name: index, sql: statement };
    });
}

/**
 * Builds an index beside everybody who uses its table, unless it is there. One whose building was cut off is there and
 * of no use: it is removed and built anew.
 */
export async function buildIndex(
  session: Session,
  { name, sql }: ConcurrentIndex,
  timeoutMillis: number,
): Promise<void> {
  const { rows } = await session.query<{ isValid: boolean }>({
    text: `SELECT indisvalid AS "isValid" FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE relname = $1 AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
    values: [name],
  });
  const [found] = rows;
  if (found?.isValid) return;
  if (found) await session.query({ text: `DROP INDEX CONCURRENTLY "${name}"` }, timeoutMillis);
  await session.query({ text: sql }, timeoutMillis);
}
