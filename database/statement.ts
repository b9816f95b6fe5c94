import type { Statement } from './driver.ts';

/** What a column of a statement's rows is: for the compiler its type, for a test what the database must say of it. */
export class Column<T> {
  /** As the driver gives it; for the compiler alone. */
  declare readonly value: T;
  /** The names of PostgreSQL's types that it may have. */
  readonly types: readonly string[];
  readonly isNullable: boolean;
  /** Whether the statement leaves out rows in which it is null, though its table allows them. */
  readonly isSure: boolean;

  constructor(types: readonly string[], isNullable = false, isSure = false) {
    this.types = types;
    this.isNullable = isNullable;
    this.isSure = isSure;
  }

  /** The same, that may be null. */
  get orNull(): Column<T | null> {
    return new Column(this.types, true);
  }

  /** The same, that is null in no row of the statement, though its table allows that. */
  get sure(): Column<T> {
    return new Column(this.types, false, true);
  }
}

const texts = ['text', 'varchar', 'bpchar', 'name', 'uuid'];

/** The kinds of columns, as the driver gives their values. */
export const col = {
  int: new Column<number>(['int2', 'int4', 'int8']),
  float: new Column<number>(['float4', 'float8']),
  bool: new Column<boolean>(['bool']),
  text: new Column<string>(texts),
  /** ISO 8601 in UTC. */
  time: new Column<string>(['timestamptz']),
  date: new Column<string>(['date']),
  /** A text that is one of a few words. */
  word: <T extends string | null>() => new Column<T>(texts),
  json: <T>() => new Column<T>(['jsonb', 'json']),
  list: <T>({ types }: Column<T>) => new Column<T[]>(types.map((type) => `_${type}`)),
};

/** The columns of a statement's rows by their names; without any, nobody reads its rows. */
export type Columns = Readonly<Record<string, Column<unknown>>>;
export type RowOf<C extends Columns> = { [Name in keyof C]: C[Name]['value'] };

/** The rows of a statement that `statement` made. */
export type RowOfStatement<S extends (...values: never[]) => Statement<unknown>> =
  ReturnType<S> extends Statement<infer Row> ? Row : never;

/** A statement without its values, as it stands in the list of all. */
export interface KnownStatement {
  readonly name: string;
  /** Its text, for the schema of the queue, where it names that. */
  text(queueSchema: string): string;
  readonly row: Columns;
}

/** All statements that were made known so far: a test prepares each and compares its rows. */
export const knownStatements: KnownStatement[] = [];

/**
 * Makes a statement known whose text never changes, with the columns of its rows, which a test holds against what the
 * database says of it; give it its values to send it. Nothing is checked when it runs.
 */
export function statement<const C extends Columns>(definition: {
  name: string;
  text: string;
  row?: C;
}): (...values: readonly unknown[]) => Statement<RowOf<C>> {
  const { name, text, row = {} } = definition;
  knownStatements.push({ name, text: () => text, row });
  return (...values) => ({ name, text, values });
}

/** The same for a statement that names the schema of the queue, which comes before its values. */
export function queueStatement<const C extends Columns>(definition: {
  name: string;
  text: (queueSchema: string) => string;
  row?: C;
}): (queueSchema: string, ...values: readonly unknown[]) => Statement<RowOf<C>> {
  const { name, text, row = {} } = definition;
  const bySchema = new Map<string, string>();
  knownStatements.push({ name, text, row });
  return (queueSchema, ...values) => {
    let written = bySchema.get(queueSchema);
    if (written === undefined) {
      written = text(queueSchema);
      bySchema.set(queueSchema, written);
    }
    return { name, text: written, values };
  };
}
