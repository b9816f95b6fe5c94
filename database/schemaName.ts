/** The longest name of a schema: the queue's own is longer by some letters, and may have 50. */
const pattern = /^(?!pg_)[a-z_][a-z0-9_]{0,39}$/;

/** The schema of a database whose URL names none. */
export const defaultSchema = 'public';

/** Gives the schema that a PostgreSQL URL names as Prisma's do, `?schema=nightshift`; undefined when it names none. */
export function schemaOf(url: string): string | undefined {
  return new URL(url).searchParams.get('schema')?.trim() || undefined;
}

/** Says whether the name can be written as it stands, without quotes. */
export function isSchemaName(name: string): boolean {
  return pattern.test(name);
}

/** The schema of the queue: whoever has a schema of its own has a queue of its own too. */
export function queueSchemaOf(schema: string): string {
  return schema === defaultSchema ? 'pgboss' : `${schema}_pgboss`;
}
