import * as z from 'zod';
import { readTask } from '../../../domain/tasks/read.ts';
import { allow } from '../allow.ts';
import { answer, problems } from '../answers.ts';
import { type RestApp, type RestContext, sendJson } from '../app.ts';
import { approvalJson, writeApproval } from '../approvalJson.ts';
import { single, taskPath } from '../query.ts';
import { taskJson, writeTask } from '../taskJson.ts';

/** `GET /agents/tasks/{id}`: one task. */
export function addReadTask(app: RestApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/tasks/:id',
    onRequest: allow(access, 'read'),
    schema: {
      summary: 'Read a task',
      tags: ['tasks'],
      description: '`?include=approval` adds the latest wait for a decision about it.',
      params: taskPath,
      querystring: z.object({ include: single(z.enum(['', 'approval'], 'expected approval').optional()) }),
      response: {
        200: answer('The task', taskJson.extend({ approval: approvalJson.optional() })),
        ...problems(401, 403, 404, 422),
      },
    },
    async handler({ params, query }, reply) {
      const task = writeTask(await readTask(store.db, params.id));
      if (query.include !== 'approval') return sendJson(reply, task);
      return sendJson(reply, `${task.slice(0, -1)},"approval":${await writeApproval(store, params.id)}}`);
    },
  });
}
