import * as z from 'zod';
import { readTask } from '../../../domain/tasks/read.ts';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import { approvalJson, writeApproval } from '../approvalJson.ts';
import type { RestContext } from '../context.ts';
import { included, taskPath } from '../query.ts';
import { taskJson, writeTask } from '../taskJson.ts';
import { waitingForJson, writeWaitingFor } from '../waitingForJson.ts';

const include = included(
  ['approval', 'waiting_for'],
  '`approval`, `waiting_for`, or both, separated by a comma.',
);

/** `GET /agents/tasks/{id}`: one task. */
export function addReadTask(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/tasks/:id',
    onRequest: allow(access, 'readTask'),
    schema: {
      operationId: 'readTask',
      summary: 'Read a task',
      tags: ['tasks'],
      description:
        '`?include=approval` adds its latest approval, `?include=waiting_for` adds what it is waiting for, `?include=approval,waiting_for` adds both.',
      params: taskPath,
      querystring: z.object({ include }),
      response: {
        200: answer(
          'The task',
          taskJson.extend({ approval: approvalJson.optional(), waiting_for: waitingForJson.optional() }),
        ),
        ...problems(401, 403, 404, 422),
      },
    },
    async handler({ params, query }, reply) {
      const task = writeTask(await readTask(store.db, params.id));
      const parts = [task.slice(0, -1)];
      if (query.include.includes('approval'))
        parts.push(`"approval":${await writeApproval(store, params.id)}`);
      if (query.include.includes('waiting_for')) {
        const [waiting] = await writeWaitingFor(store, [params.id]);
        parts.push(`"waiting_for":${waiting}`);
      }
      return sendJson(reply, `${parts.join(',')}}`);
    },
  });
}
