import { readTask } from '../../../domain/tasks/read.ts';
import { allow } from '../allow.ts';
import { answer, problems } from '../answers.ts';
import { type RestApp, type RestContext, sendJson } from '../app.ts';
import { taskPath } from '../query.ts';
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
      params: taskPath,
      response: { 200: answer('The task', taskJson), ...problems(401, 403, 404, 422) },
    },
    async handler({ params }, reply) {
      return sendJson(reply, writeTask(await readTask(store.db, params.id)));
    },
  });
}
