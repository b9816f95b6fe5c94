import * as z from 'zod';
import { taskFilter } from '../../../domain/tasks/input.ts';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import type { HttpApp } from '../../http/app.ts';
import type { RestContext } from '../context.ts';
import { lenient, single, wholeNumber } from '../query.ts';
import { listedTaskJson, listInclude, readTaskList, sendList } from '../taskList.ts';

const maxLimit = 1000;
const { statuses, runIds } = taskFilter.shape;

/** `GET /agents/tasks/` of the older system: a bare array, newest first. */
export function addListTasks(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/tasks/',
    onRequest: allow(access, 'listTasks'),
    schema: {
      operationId: 'listTasks',
      summary: 'List tasks in one array',
      description:
        'The newest tasks as a bare array, for programs that were written for one. Use /agents/tasks/paged instead, which leads to all of them.',
      deprecated: true,
      tags: ['tasks'],
      querystring: z.object({
        limit: wholeNumber(1, maxLimit, 100),
        run_id: single(lenient(runIds.unwrap().element).optional()),
        status: single(lenient(statuses.unwrap().element).optional()),
        include: listInclude,
      }),
      response: { 200: answer('The tasks', z.array(listedTaskJson)), ...problems(401, 403, 422) },
    },
    async handler({ query: { limit, run_id, status, include } }, reply) {
      const filter = { runIds: run_id ? [run_id] : undefined, statuses: status ? [status] : undefined };
      return sendList(reply, await readTaskList(store, { filter, limit, include }));
    },
  });
}
