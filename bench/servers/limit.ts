import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { announce } from './announce.ts';

/**
 * What the machine can do: bare `node:http` and `pg`, one prepared statement a request, `JSON.stringify`, no checks,
 * times kept as the database's text. Every ratio compares with this.
 */
const timestamptz = 1184;
pg.types.setTypeParser(timestamptz, (text) => text);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const columns = `id, task, run_id, status, started_at, finished_at, duration_ms, inputs, outputs_uri, log_excerpt,
  approval_state, approver, approval_note, webhook_notified_at`;
const newest = 'FROM agents_tasks ORDER BY started_at DESC, id DESC LIMIT';

const statements = {
  page: `SELECT ${columns} ${newest} 50`,
  create: `INSERT INTO agents_tasks (task, run_id, status, started_at, inputs, log_excerpt)
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`,
  update: `UPDATE agents_tasks SET status = $2, finished_at = $3, duration_ms = $4, outputs_uri = $5
    WHERE id = $1 RETURNING ${columns}`,
};

/** The columns of the CSV, the log excerpt cut like ours, so that both send as much. */
const csvRows = `SELECT id, task, run_id, status, started_at, finished_at, duration_ms, outputs_uri,
  left(log_excerpt, 100) AS log_excerpt ${newest} 10000`;

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  announce(`http://127.0.0.1:${port}`, async () => {
    server.close();
    server.closeAllConnections();
    await pool.end();
  });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const { task, run_id, status, started_at, inputs, log_excerpt } = await readJson(request);
    const values = [task, run_id, status, started_at, JSON.stringify(inputs), log_excerpt];
    sendJson(response, (await query('create', values))[0]);
  } else if (request.method === 'PATCH') {
    const { status, finished_at, duration_ms, outputs_uri } = await readJson(request);
    const id = Number(request.url?.slice(1));
    sendJson(response, (await query('update', [id, status, finished_at, duration_ms, outputs_uri]))[0]);
  } else if (request.url === '/csv') await sendCsv(response);
  else sendJson(response, await query('page'));
}

async function query(name: keyof typeof statements, values?: unknown[]): Promise<unknown[]> {
  return (await pool.query({ name, text: statements[name], values })).rows;
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
}

function sendJson(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

async function sendCsv(response: ServerResponse): Promise<void> {
  const client = await pool.connect();
  response.writeHead(200, { 'content-type': 'text/csv' });
  const rows = client.query(copyTo(`COPY (${csvRows}) TO STDOUT (FORMAT csv, HEADER)`));
  rows.on('end', () => client.release());
  rows.pipe(response);
}
