import type pg from 'pg';

/** One column of a statement's rows, as the database describes it before the statement is ever run. */
export interface DescribedColumn {
  name: string;
  typeOid: number;
  /** Where its values come from unchanged; 0 for what the statement makes itself. */
  tableOid: number;
  place: number;
}

interface Field {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
}

/** PostgreSQL's protocol, as the driver speaks it. */
interface Protocol {
  parse(query: { name: string; text: string; types: [] }): void;
  describe(message: { type: 'S'; name: string }): void;
  sync(): void;
}

/** Has the database read a statement and say what its rows would be, without running it. @throws what it finds wrong */
export function describeStatement(client: pg.Client, text: string): Promise<DescribedColumn[]> {
  return new Promise((resolve, reject) => {
    let columns: DescribedColumn[] = [];
    const exchange = {
      submit(connection: Protocol) {
        connection.parse({ name: '', text, types: [] });
        connection.describe({ type: 'S', name: '' });
        connection.sync();
      },
      handleRowDescription({ fields }: { fields: Field[] }) {
        columns = fields.map(({ name, dataTypeID: typeOid, tableID: tableOid, columnID: place }) => ({
          name,
          typeOid,
          tableOid,
          place,
        }));
      },
      handleError: reject,
      handleReadyForQuery: () => resolve(columns),
    };
    client.query(exchange as unknown as pg.Submittable);
  });
}
