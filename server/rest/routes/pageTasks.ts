import * as z from 'zod';
import { allow } from '../allow.ts';
import { answer, problems } from '../answers.ts';
import type { RestApp, RestContext } from '../app.ts';
import { filterQuery, single, wholeNumber } from '../query.ts';
import { taskJson } from '../taskJson.ts';
import { readTaskList, sendList } from '../taskList.ts';

const pageFrame = {
  before: '{"items":[',
  after: (cursor: string | undefined) =>
    `],"next_cursor":${cursor === undefined ? 'null' : JSON.stringify(cursor)}}`,
};

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
      const range = { filter, limit, cursor: cursor || undefined };
      return sendList(reply, await readTaskList(store.db, range, pageFrame));
    },
  });
}
