import { Socket } from 'node:net';
import pg from 'pg';
import { patienceMs, within } from './within.ts';

/** Runs one statement and gives its rows. */
export type Query = <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>;

/**
 * Opens a connection to a database for some statements and closes it. Each wait has the limit; a statement that takes
 * longer is ended on the server as well.
 */
export async function withSession<T>(
  url: string,
  act: (query: Query) => Promise<T>,
  limitMs = patienceMs,
): Promise<T> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    // By then nobody waits for the statement any more.
    statement_timeout: limitMs + 1000,
    stream: () => socket,
  });
  // A connection that breaks fails the statement that waits for it, or the next one.
  client.on('error', () => {});
  const { host, pathname } = new URL(url);
  try {
    await within(`a connection to ${host}${pathname}`, client.connect(), limitMs);
    const result = await act(async <Row extends pg.QueryResultRow>(text: string) => {
      return (await within(`the statement “${shorten(text)}”`, client.query<Row>(text), limitMs)).rows;
    });
    await within(`the connection to ${host}${pathname} to close`, client.end(), limitMs);
    return result;
  } finally {
    socket.destroy();
  }
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
