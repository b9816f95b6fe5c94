import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Answers with a CSV to be saved as a file; `truncated` says that rows were cut off. Without rows only the headers are sent. */
export function sendCsv(
  reply: FastifyReply,
  fileName: string,
  truncated: boolean,
  rows?: Readable,
): FastifyReply {
  reply.header('content-type', 'text/csv; charset=utf-8');
  reply.header('content-disposition', `attachment; filename=${fileName}`);
  if (truncated) reply.header('x-truncated', 'true');
  return reply.send(rows);
}
