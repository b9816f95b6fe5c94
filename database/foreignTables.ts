import type { Session } from './driver.ts';
import { MigrationError } from './errors.ts';
import { queueSchemaOf } from './schemaName.ts';

/** Which tables would be somebody else's. */
export interface Surroundings {
  /** The schema that the URL names; without one, every table of the database counts. */
  schema: string | undefined;
  /** Whether Nightshift may make its tables beside those of something else. */
  besideOthers: boolean;
}

/**
 * Refuses a database that Nightshift has never used and that something else uses: it would mix its tables with those.
 * @throws MigrationError
 */
export async function refuseForeignTables(
  session: Session,
  { schema, besideOthers }: Surroundings,
  migrations: readonly string[],
): Promise<void> {
  const recorded = await recordedNames(session);
  if (recorded.some((name) => migrations.includes(name))) return;
  if (recorded.length > 0) {
    throw new MigrationError(
      `The table _prisma_migrations has migrations of another program, such as ${recorded[0]}, and Nightshift needs a table of that name for itself. Nothing was changed. ${ownSchema}`,
    );
  }
  if (besideOthers) return;
  const { rows } = await session.query<{ name: string }>({
    text: foreignSql,
    values: [schema === undefined ? null : [schema, queueSchemaOf(schema)]],
  });
  if (rows.length === 0) return;
  const shown = rows.slice(0, 3).map(({ name }) => name);
  const more = rows.length > 3 ? ' and more' : '';
  throw new MigrationError(
    `The database has tables of another program: ${shown.join(', ')}${more}. Nothing was changed. ${ownSchema} To create Nightshift's tables beside them anyway, run: nightshift db migrate --yes`,
  );
}

const ownSchema = 'To give Nightshift its own schema, add ?schema=nightshift to DATABASE_URL.';

async function recordedNames(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ found: string | null }>({
    text: `SELECT to_regclass('"_prisma_migrations"')::text AS found`,
  });
  if (!rows[0]?.found) return [];
  const recorded = await session.query<{ name: string }>({
    text: 'SELECT migration_name AS name FROM "_prisma_migrations" ORDER BY name',
  });
  return recorded.rows.map(({ name }) => name);
}

// What an extension brought belongs to the database, and an empty history is what a start that was cut off has left.
const foreignSql = `SELECT format('%I.%I', nspname, relname) AS name
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND ($1::text[] IS NULL OR nspname = ANY($1))
    AND pg_class.oid IS DISTINCT FROM to_regclass('"_prisma_migrations"')
    AND NOT EXISTS (SELECT 1 FROM pg_depend
      WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
  ORDER BY nspname, relname LIMIT 4`;
