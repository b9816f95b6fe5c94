import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { single } from './query.ts';

/** Whether the CSV begins with a byte order mark, for the query of an export. */
export const bomQuery = single(
  z
    .enum(['0', '1'], { error: 'expected 1 or 0' })
    .optional()
    .transform((value) => (value === undefined ? undefined : value === '1')),
).meta({
  type: 'integer',
  enum: [0, 1],
  description:
    '1: start the file with a UTF-8 byte order mark, so that Excel detects the encoding; 0: do not. Default: only when a browser downloads the file.',
});

/** A CSV to answer with. */
export interface CsvAnswer {
  fileName: string;
  /** Whether rows were cut off. */
  truncated: boolean;
  /** Without them only the headers are sent. */
  rows?: Readable;
  /** Whether it begins with a byte order mark. @default where a browser saves it as a file */
  bom?: boolean | undefined;
}

/** Answers with a CSV to be saved as a file. */
export function sendCsv(
  request: FastifyRequest,
  reply: FastifyReply,
  { fileName, truncated, rows, bom = savesFile(request) }: CsvAnswer,
): FastifyReply {
  reply.header('content-type', 'text/csv; charset=utf-8');
  reply.header('content-disposition', `attachment; filename=${fileName}`);
  const others = reply.raw.getHeader('vary');
  reply.header('vary', [others, 'sec-fetch-dest', 'sec-fetch-mode'].filter(Boolean).join(', '));
  if (truncated) reply.header('x-truncated', 'true');
  return reply.send(rows && bom ? marked(rows) : rows);
}

/**
 * Says whether a browser will save the answer: it goes there by an address or a link (`document`), or by a link that
 * says `download`, which has no destination but is a navigation as well. What a script of a page fetches never is.
 */
function savesFile({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-dest'] === 'document' || headers['sec-fetch-mode'] === 'navigate';
}

function marked(rows: Readable): Readable {
  const file = new PassThrough();
  file.write('\uFEFF');
  return pipeline(rows, file, () => {
    // Whoever reads the file hears of a failure from it.
  });
}
