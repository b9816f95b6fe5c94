import * as z from 'zod';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import type { HttpApp } from '../../http/app.ts';
import type { RestContext } from '../context.ts';
import { filterOf, filterQuery, single, wholeNumber } from '../query.ts';
import { listedTaskJson, listInclude, readTaskList, sendList } from '../taskList.ts';

const pageFrame = {
  before: '{"items":[',
  after: (cursor: string | undefined) =>
    `],"next_cursor":${cursor === undefined ? 'null' : JSON.stringify(cursor)}}`,
};

/** `GET /agents/tasks/paged`: a page of tasks, and the cursor of the next one. */
export function addPageTasks(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/tasks/paged',
    onRequest: allow(access, 'pageTasks'),
    schema: {
      operationId: 'pageTasks',
      summary: 'Page through tasks',
      description:
        'Newest first. To get the next page, pass `next_cursor` as `cursor`; null means there are no more pages.',
      tags: ['tasks'],
      querystring: z.object({
        limit: wholeNumber(1, 200, 50),
        cursor: single(z.string().optional()),
        ...filterQuery,
        include: listInclude,
      }),
      response: {
        200: answer(
          'A page',
          z.object({ items: z.array(listedTaskJson), next_cursor: z.string().nullable() }),
        ),
        ...problems(400, 401, 403, 422),
      },
    },
    async handler({ query }, reply) {
      const { limit, cursor, include } = query;
      const range = { filter: filterOf(query), limit, cursor: cursor || undefined, include };
      return sendList(reply, await readTaskList(store, range, pageFrame));
    },
  });
}
