import type { Session } from './driver.ts';
import { MissingRightsError } from './errors.ts';

/** What a start needs rights for. */
export interface Need {
  schema: string;
  queueSchema: string;
  /** The tables of the migrations, as far as they are there. */
  tables: readonly string[];
  /** To read only, to write what is there, or to change the tables as well. */
  to: 'read' | 'write' | 'migrate';
}

/** Refuses a start whose user lacks rights, and names each with what gives it. @throws MissingRightsError */
export async function checkRights(session: Session, need: Need): Promise<void> {
  const [place] = (await session.query<Place>({ text: placeSql, values: [need.schema, need.queueSchema] }))
    .rows;
  if (place === undefined) return;
  if (place.isReadOnly && need.to !== 'read') {
    throw new MissingRightsError(
      `The database ${place.database} takes no changes now: it is read-only, as a standby is. Let DATABASE_URL name the one that takes them.`,
    );
  }
  const objects = await session.query<Lack>({
    text: lackSql,
    values: [need.schema, need.queueSchema, need.tables, need.to],
  });
  const lacks = [...lacksOf(place, need), ...objects.rows];
  if (lacks.length === 0) return;
  const lines = lacks.slice(0, maxShown).map(({ what, grant }) => `  ${what}: ${grant}`);
  const more = lacks.length > maxShown ? `\n  and ${lacks.length - maxShown} more` : '';
  throw new MissingRightsError(
    `The user ${place.user} lacks rights in the database ${place.database}. Nothing was changed. Let its owner run, for each:\n${lines.join('\n')}${more}`,
  );
}

/** Says of an error that the user may not do what was asked. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501';
}

const maxShown = 20;

interface Place {
  user: string;
  database: string;
  isReadOnly: boolean;
  mayMakeSchemas: boolean;
  mayUse: boolean | null;
  mayMakeTables: boolean | null;
  mayUseQueue: boolean | null;
  mayMakeInQueue: boolean | null;
  isQueueEmpty: boolean;
}

interface Lack {
  what: string;
  grant: string;
}

/** A schema that is not there has no rights (null), and is made by whoever may make schemas. */
function lacksOf(place: Place, { schema, queueSchema, to }: Need): Lack[] {
  const { database, user } = place;
  const on = (right: string, name: string) => ({
    what: `${right} on the schema ${name}`,
    grant: `GRANT ${right} ON SCHEMA "${name}" TO "${user}"`,
  });
  const lacks: Lack[] = [];
  if (place.mayUse === false) lacks.push(on('USAGE', schema));
  if (place.mayUseQueue === false) lacks.push(on('USAGE', queueSchema));
  if (to === 'migrate' && place.mayMakeTables === false) lacks.push(on('CREATE', schema));
  if (to !== 'read' && place.mayMakeInQueue === false && place.isQueueEmpty)
    lacks.push(on('CREATE', queueSchema));
  const missing = [
    ...(to === 'migrate' && place.mayUse === null ? [schema] : []),
    ...(to !== 'read' && place.mayUseQueue === null ? [queueSchema] : []),
  ];
  if (missing.length > 0 && !place.mayMakeSchemas)
    lacks.push({
      what: `CREATE on the database, for the ${missing.length > 1 ? 'schemas' : 'schema'} ${missing.join(' and ')}`,
      grant: `GRANT CREATE ON DATABASE "${database}" TO "${user}"`,
    });
  return lacks;
}

const placeSql = `SELECT current_user::text AS user, current_database()::text AS database,
    current_setting('transaction_read_only') = 'on' AS "isReadOnly",
    has_database_privilege(current_database(), 'CREATE') AS "mayMakeSchemas",
    has_schema_privilege(own.oid, 'USAGE') AS "mayUse", has_schema_privilege(own.oid, 'CREATE') AS "mayMakeTables",
    has_schema_privilege(queue.oid, 'USAGE') AS "mayUseQueue",
    has_schema_privilege(queue.oid, 'CREATE') AS "mayMakeInQueue",
    NOT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = queue.oid) AS "isQueueEmpty"
  FROM (SELECT 1) AS one
    LEFT JOIN pg_namespace own ON own.nspname = $1 LEFT JOIN pg_namespace queue ON queue.nspname = $2`;

// The kind of a relation is asked first, and never after: the function of sequences refuses everything else.
// Of the record of decisions nothing is changed or deleted, and whoever runs the database may have taken these away.
const lackSql = `WITH found AS (
    SELECT pg_class.oid, relowner, relname, nspname, relkind FROM pg_class
      JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = $1 AND relname = ANY($3) AND relkind IN ('r', 'p')
      OR nspname = $2 AND relkind IN ('r', 'p') AND $4 <> 'read'),
  wanted AS (
    SELECT found.*, right_name FROM found, unnest(CASE
        WHEN $4 = 'read' THEN ARRAY['SELECT']
        WHEN relname = 'decisions' THEN ARRAY['SELECT', 'INSERT']
        WHEN relname = '_prisma_migrations' AND $4 = 'write' THEN ARRAY['SELECT']
        ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END) AS right_name
    WHERE NOT has_table_privilege(found.oid, right_name)),
  sequences AS (
    SELECT sequence.oid, sequence.relname FROM found
      JOIN pg_depend ON refobjid = found.oid AND refclassid = 'pg_class'::regclass AND classid = 'pg_class'::regclass
      JOIN pg_class sequence ON sequence.oid = objid
    WHERE nspname = $1 AND $4 <> 'read' 
      AND CASE WHEN sequence.relkind = 'S' THEN NOT has_sequence_privilege(sequence.oid, 'USAGE') ELSE false END)
  SELECT what, "grant" FROM (
    SELECT 1 AS kind, relname, 'ownership of the table ' || relname AS what,
        format('ALTER TABLE %I.%I OWNER TO %I', nspname, relname, current_user) AS grant
      FROM found WHERE $4 = 'migrate' AND nspname = $1 AND NOT pg_has_role(relowner, 'USAGE')
    UNION ALL
    SELECT 2, relname, string_agg(right_name, ', ') || ' on the table ' || relname,
        format('GRANT %s ON %I.%I TO %I', string_agg(right_name, ', '), nspname, relname, current_user)
      FROM wanted GROUP BY nspname, relname
    UNION ALL
    SELECT 3, relname, 'USAGE on the sequence ' || relname, format('GRANT USAGE ON SEQUENCE %s TO %I', oid::regclass, current_user)
      FROM sequences) lacks
  ORDER BY kind, array_position($3::name[], relname), relname`;
