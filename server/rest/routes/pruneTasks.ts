import * as z from 'zod';
import { time } from '../../../contract/input/text.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import type { RestContext } from '../context.ts';
import { single } from '../query.ts';

/** `DELETE /agents/tasks/before?date=…`: deletes the tasks that started before a time. */
export function addPruneTasks(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'DELETE',
    url: '/agents/tasks/before',
    onRequest: allow(access, 'pruneTasks'),
    schema: {
      operationId: 'pruneTasks',
      summary: 'Delete old tasks',
      description:
        'Deletes externally reported tasks that started before `date`; those that have not started are kept. Deletes a run of a plan as a whole, if all of it ended before `date`.',
      tags: ['maintenance'],
      querystring: z.object({
        date: single(time).meta({ format: 'date-time', example: '1970-01-01T00:00:00Z' }),
      }),
      response: {
        200: answer('What was deleted', z.object({ deleted: z.int(), cutoff: z.string() })),
        ...problems(401, 403, 422),
      },
    },
    async handler({ query, viewer }, reply) {
      const { deleted, cutoff } = await pruneTasks(store, viewer, query.date, 'rest');
      return sendJson(reply, JSON.stringify({ deleted, cutoff }));
    },
  });
}
