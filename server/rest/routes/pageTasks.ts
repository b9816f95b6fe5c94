import * as z from 'zod';
import { readTaskPage } from '../../../domain/tasks/page.ts';
import { allow } from '../allow.ts';
import { answer, problems } from '../answers.ts';
import { type RestApp, type RestContext, sendJson } from '../app.ts';
import { filterQuery, single, wholeNumber } from '../query.ts';
import { taskJson, writeTask } from '../taskJson.ts';

/** `GET /agents/tasks/paged`: a page of tasks, and the cursor of the next one. */
export function addPageTasks(app: RestApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/tasks/paged',
    onRequest: allow(access, 'read'),
    schema: {
      summary: 'Page through tasks',
      description:
        'Newest first. Pass `next_cursor` of a page as `cursor` to get the next one; null ends the list.',
      tags: ['tasks'],
      querystring: z.object({
        limit: wholeNumber(1, 200, 50),
        cursor: single(z.string().optional()),
        ...filterQuery,
      }),
      response: {
        200: answer('A page', z.object({ items: z.array(taskJson), next_cursor: z.string().nullable() })),
        ...problems(400, 401, 403, 422),
      },
    },
    async handler({ query: { limit, cursor, status, task, run_id, since } }, reply) {
      const filter = { statuses: status, tasks: task, runIds: run_id, since };
      const range = { first: limit, after: cursor || undefined };
      const page = await readTaskPage(store.db, filter, range, { bothEnds: false });
      const last = (await page.hasNextPage()) ? page.edges.at(-1) : undefined;
      const items = page.edges.map(({ node }) => writeTask(node)).join(',');
      const next = last ? JSON.stringify(last.cursor) : 'null';
      return sendJson(reply, `{"items":[${items}],"next_cursor":${next}}`);
    },
  });
}
