import * as z from 'zod';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { idempotencyKey } from '../../../domain/tasks/input.ts';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import { maxBodyBytes } from '../../http/body.ts';
import { ofBody } from '../../http/problem.ts';
import type { RestContext } from '../context.ts';
import { readRunJson, runJson } from '../runJson.ts';

const { plan, steps, inputs, runId } = startRunInput.shape;

/** `POST /agents/runs`: starts a run of a registered plan. */
export function addStartRun(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'POST',
    url: '/agents/runs',
    onRequest: allow(access, 'startRun'),
    bodyLimit: maxBodyBytes,
    schema: {
      operationId: 'startRun',
      summary: 'Start a run',
      description:
        'Queues a run for workers. The default `run_id` is the plan and the day, such as `nightly-2025-01-15`. Repeating a `run_id` or an `Idempotency-Key` does not start another run.',
      tags: ['runs'],
      headers: z.object({ 'idempotency-key': idempotencyKey.optional() }),
      body: z
        .object({ plan: plan.unwrap().unwrap(), run_id: runId, steps, inputs })
        .meta({ example: { plan: 'no-such-plan' } }),
      response: {
        201: answer('The new run', runJson),
        200: answer('The existing run', runJson),
        ...problems(400, 401, 403, 409, 413, 415, 422),
      },
    },
    async handler({ body: { run_id, ...wanted }, headers, viewer }, reply) {
      const input = { ...wanted, runId: run_id, idempotencyKey: headers['idempotency-key'] };
      const run = await ofBody(() => startRun(store, viewer, input));
      return sendJson(reply.code(run.started ? 201 : 200), await readRunJson(store, run.runId, viewer));
    },
  });
}
