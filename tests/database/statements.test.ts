import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseConfig, openDatabase } from '../../database/database.ts';
import { openDatabaseFiles } from '../../database/databaseFiles.ts';
import { PgliteHost } from '../../database/pgliteHost.ts';
import { PgliteStream } from '../../database/pgliteStream.ts';
import { type KnownStatement, knownStatements } from '../../database/statement.ts';
import { queueProvider } from '../../domain/queue/queueProvider.ts';
import { describeOnBoth } from '../support/databases.ts';
import { type DescribedColumn, describeStatement } from '../support/describeStatement.ts';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'domain/*.ts'])
  .toString()
  .trim()
  .split('\n');

beforeAll(async () => {
  for (const file of files) await import(`../../${file}`);
});

/** Statements with a name that are made where they are sent, so that nothing compares their rows. Let none be added. */
const unchecked: string[] = [];

describe('The statements of the domain', () => {
  it('are known before they are sent, with the columns of their rows', () => {
    const known = new Set(knownStatements.map(({ name }) => name));
    const written = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bname: '(\w+)',\s+(?:\/\/.*\s+)*text\b/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    expect(written.length).toBeGreaterThan(100);
    expect(written.filter((name) => !known.has(name)).sort()).toEqual(unchecked);
  });

  it('have names that mean one text each', () => {
    const texts = Map.groupBy(knownStatements, ({ name }) => name);
    const ambiguous = [...texts].filter(
      ([, same]) => new Set(same.map(({ text }) => text('queue'))).size > 1,
    );
    expect(ambiguous.map(([name]) => name)).toEqual([]);
  });
});

describeOnBoth('Each statement of the domain', (database) => {
  let client: pg.Client;
  let queueSchema: string;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const config = await database.createFresh();
    queueSchema = await makeQueue(config);
    ({ client, close } = await connect(config));
  });
  afterAll(() => close?.());

  it('is one that the database can run, with the columns that stand beside it', async () => {
    const catalog = await readCatalog(client);
    const faults: string[] = [];
    for (const one of knownStatements)
      try {
        const columns = await describeStatement(client, one.text(queueSchema));
        faults.push(...compare(one, columns, catalog).map((fault) => `${one.name}: ${fault}`));
      } catch (error) {
        faults.push(`${one.name}: ${error}`);
      }
    expect(faults).toEqual([]);
  });
});

/** Makes the tables of the queue, which some statements read. */
async function makeQueue(config: DatabaseConfig): Promise<string> {
  const db = await openDatabase(config);
  const queue = queueProvider(db, (error) => expect.fail(error.message));
  await queue.get();
  await queue.stop();
  await db.close();
  return db.queueSchema;
}

async function connect(config: DatabaseConfig): Promise<{ client: pg.Client; close: () => Promise<void> }> {
  if ('url' in config) {
    const client = new pg.Client(config.url);
    await client.connect();
    return { client, close: () => client.end() };
  }
  const { directory } = openDatabaseFiles(config.dataDir);
  const host = new PgliteHost({ directory, watchdogMillis: 60_000, statementTimeoutMillis: 30_000 });
  await host.ready();
  const client = new pg.Client({ user: 'postgres', stream: () => new PgliteStream(host), ssl: false });
  await client.connect();
  return { client, close: () => client.end().then(() => host.close()) };
}

/** What the database says of its types and of the columns of its tables. */
interface Catalog {
  types: ReadonlyMap<number, string>;
  /** Whether a column of a table can be null, by the table and its place there. */
  nullable: ReadonlyMap<string, boolean>;
}

async function readCatalog(client: pg.Client): Promise<Catalog> {
  const types = await client.query('SELECT oid::int AS oid, typname AS name FROM pg_type');
  const columns = await client.query(
    `SELECT attrelid::int AS table, attnum AS place, NOT attnotnull AS nullable FROM pg_attribute WHERE attnum > 0`,
  );
  return {
    types: new Map(types.rows.map(({ oid, name }) => [oid, name])),
    nullable: new Map(columns.rows.map(({ table, place, nullable }) => [`${table}.${place}`, nullable])),
  };
}

/** Says where the columns of a statement and those that stand beside it differ. */
function compare(
  { text, row }: KnownStatement,
  columns: readonly DescribedColumn[],
  { types, nullable }: Catalog,
): string[] {
  // Nobody reads the rows of one without columns.
  if (Object.keys(row).length === 0) return [];
  const names = new Set(columns.map(({ name }) => name));
  const joinsOuter = /\b(LEFT|RIGHT|FULL)\b/.test(text('queue'));
  return [
    ...Object.keys(row).flatMap((name) => (names.has(name) ? [] : [`${name} is no column of it`])),
    ...columns.flatMap(({ name, typeOid, tableOid, place }) => {
      const column = row[name];
      if (column === undefined) return [`${name} stands nowhere`];
      const type = types.get(typeOid) ?? '';
      const mayBeNull = nullable.get(`${tableOid}.${place}`);
      const { isNullable, isSure } = column;
      return [
        ...(column.types.includes(type) ? [] : [`${name} is of type ${type}, not ${column.types[0]}`]),
        ...(mayBeNull === true && !isNullable && !isSure ? [`${name} may be null: orNull, or sure`] : []),
        ...(mayBeNull === false && isNullable && !joinsOuter ? [`${name} is never null`] : []),
        ...(mayBeNull !== true && isSure ? [`${name} needs no sure`] : []),
      ];
    }),
  ];
}
