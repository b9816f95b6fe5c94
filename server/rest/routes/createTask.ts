import * as z from 'zod';
import { createTask } from '../../../domain/reporting/create.ts';
import { createTaskInput, idempotencyKey } from '../../../domain/tasks/input.ts';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import { maxBodyBytes } from '../../http/body.ts';
import type { RestContext } from '../context.ts';
import { snakeCase, taskJson, writeTask } from '../taskJson.ts';

/** `POST /agents/tasks/`: records an externally reported task. */
export function addCreateTask(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'POST',
    url: '/agents/tasks/',
    onRequest: allow(access, 'createTask'),
    bodyLimit: maxBodyBytes,
    schema: {
      operationId: 'createTask',
      summary: 'Create a task',
      description:
        'Without `started_at` the task starts now. `inputs` can be up to 64 KB. If `log_excerpt` is longer than 64 KB, its beginning and end are kept. With an `Idempotency-Key`, repeating the request returns the original response.',
      tags: ['tasks'],
      headers: z.object({ 'idempotency-key': idempotencyKey.optional().meta({ example: 'example-1' }) }),
      body: snakeCase(createTaskInput).meta({
        example: {
          task: 'example.check',
          run_id: 'example',
          status: 'succeeded',
          started_at: '2025-01-15T02:30:00Z',
        },
      }),
      response: { 201: answer('The new task', taskJson), ...problems(400, 401, 403, 413, 415, 422) },
    },
    async handler({ body, headers, viewer }, reply) {
      const { task, replayed } = await createTask(store, viewer, body, headers['idempotency-key']);
      if (replayed) reply.header('idempotent-replayed', 'true');
      return sendJson(reply.code(201), writeTask(task));
    },
  });
}
