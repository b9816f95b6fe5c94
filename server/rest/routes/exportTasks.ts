import * as z from 'zod';
import { csvColumns, csvIsTruncated, openTaskCsv } from '../../../domain/tasks/csv.ts';
import { allow } from '../../http/allow.ts';
import { problems } from '../../http/answers.ts';
import type { HttpApp } from '../../http/app.ts';
import type { RestContext } from '../context.ts';
import { bomQuery, sendCsv } from '../csv.ts';
import { filterOf, filterQuery, repeated, wholeNumber } from '../query.ts';

const fileName = 'agent_tasks.csv';

/** `GET /agents/tasks/paged.csv`: the newest tasks as a spreadsheet reads them, streamed. */
export function addExportTasks(app: HttpApp, { store, access, exports }: RestContext): void {
  const schema = {
    operationId: 'exportTasks',
    summary: 'Export tasks as CSV',
    description:
      'RFC 4180 CSV, newest first. The response has `X-Truncated: true` if there were more rows than `limit`. `columns` selects columns other than the default ones.',
    tags: ['tasks'],
    querystring: z.object({
      limit: wholeNumber(1, 10_000, 1000),
      columns: columnList,
      bom: bomQuery,
      ...filterQuery,
    }),
    response: {
      200: { description: 'The rows', content: { 'text/csv': { schema: z.string() } } },
      ...problems(401, 403, 422, 503),
    },
  };
  const route = {
    url: '/agents/tasks/paged.csv',
    exposeHeadRoute: false,
    onRequest: allow(access, 'exportTasks'),
  };
  app.route({
    ...route,
    method: 'GET',
    schema,
    async handler(request, reply) {
      const { limit, columns, bom } = request.query;
      await exports.enter(reply.raw);
      const { truncated, rows } = await openTaskCsv(store.db, filterOf(request.query), limit, columns);
      return sendCsv(request, reply, { fileName, truncated, rows, bom });
    },
  });
  app.route({
    ...route,
    method: 'HEAD',
    schema: { ...schema, hide: true },
    async handler(request, reply) {
      const truncated = await csvIsTruncated(store.db, filterOf(request.query), request.query.limit);
      return sendCsv(request, reply, { fileName, truncated });
    },
  });
}

/** Columns with commas between them, or the field repeated. */
const columnList = repeated(z.array(z.string()).optional())
  .transform((lists) => lists?.flatMap((list) => list.split(',')).map((name) => name.trim()))
  .pipe(z.array(z.enum(csvColumns)).min(1).max(csvColumns.length).optional());
