/** One column as PostgreSQL names it, e.g. `runs.run_id character varying(64) not null`. */
export type ColumnText = string;

/** Lists the columns that the text of a Prisma schema asks for, sorted. */
export function columnsOfSchema(schema: string): ColumnText[] {
  const models = [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)];
  const names = new Set(models.map((model) => model[1]));
  return models
    .flatMap(([, name = '', body = '']) => {
      const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name;
      const fields = [...body.matchAll(/^ {2}(\w+) +(\w+)(\??|\[\])( .*)?$/gm)];
      return fields
        .filter(([, , type]) => !names.has(type))
        .map(([, field, type = '', mark, attributes = '']) => {
          const column = /@map\("(\w+)"\)/.exec(attributes)?.[1] ?? field;
          const list = mark === '[]' ? '[]' : '';
          return `${table}.${column} ${columnType(type, attributes)}${list}${mark === '?' ? '' : ' not null'}`;
        });
    })
    .sort();
}

function columnType(type: string, attributes: string): string {
  const [, native, size = ''] = /@db\.(\w+)(\(\d+\))?/.exec(attributes) ?? [];
  const name = NATIVE[native ?? type];
  if (name === undefined) throw new Error(`The test does not know the column type of ${native ?? type} yet.`);
  return name.replace('()', size);
}

const NATIVE: Record<string, string> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Boolean: 'boolean',
  Json: 'jsonb',
  DateTime: 'timestamp(3) without time zone',
  VarChar: 'character varying()',
  Char: 'character()',
  Text: 'text',
  JsonB: 'jsonb',
  SmallInt: 'smallint',
  Integer: 'integer',
  Uuid: 'uuid',
  Date: 'date',
  Timestamptz: 'timestamp() with time zone',
};
