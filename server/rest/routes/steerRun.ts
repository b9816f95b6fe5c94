import * as z from 'zod';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { retryInput, retryRun, retryTask } from '../../../domain/engine/retry.ts';
import { readInput } from '../../../domain/input/read.ts';
import { decisionNote } from '../../../domain/tasks/input.ts';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import { ofBody } from '../../http/problem.ts';
import type { RestContext } from '../context.ts';
import { noTaskPath } from '../query.ts';
import { noRunPath, readRunJson, runJson } from '../runJson.ts';
import { taskJson, writeTask } from '../taskJson.ts';

const { mode, from } = retryInput.shape;

/** `POST /agents/runs/{run_id}/cancel`, `/retry` and `/agents/tasks/{id}/retry`: ends or repeats work of the engine. */
export function addSteerRun(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'POST',
    url: '/agents/runs/:run_id/cancel',
    onRequest: allow(access, 'cancelRun'),
    schema: {
      operationId: 'cancelRun',
      summary: 'Cancel a run',
      description:
        'Queued and running tasks become `skipped`. Tasks whose output needs approval are unchanged.',
      tags: ['runs'],
      params: noRunPath,
      body: z
        .object({ note: decisionNote })
        .nullish()
        .meta({ example: { note: 'Not tonight.' } }),
      response: { 200: answer('The run', runJson), ...problems(400, 401, 403, 404, 415, 422) },
    },
    async handler({ params, body, viewer }, reply) {
      await cancelRun(store, viewer, params.run_id, body?.note, 'rest');
      return sendJson(reply, await readRunJson(store, params.run_id, viewer));
    },
  });
  app.route({
    method: 'POST',
    url: '/agents/runs/:run_id/retry',
    onRequest: allow(access, 'retryRun'),
    schema: {
      operationId: 'retryRun',
      summary: 'Retry a run',
      description:
        '`failed` (the default) retries tasks that failed, were cancelled or did not run because of that; `from` retries a step and all steps that depend on it; `all` retries everything. Approved tasks are kept.',
      tags: ['runs'],
      params: noRunPath,
      body: z
        .object({ mode: mode.optional(), from })
        .nullish()
        .meta({ example: { mode: 'failed' } }),
      response: { 200: answer('The run', runJson), ...problems(400, 401, 403, 404, 409, 415, 422) },
    },
    async handler({ params, body, viewer }, reply) {
      const given = { runId: params.run_id, mode: body?.mode ?? 'failed', from: body?.from };
      await ofBody(async () => retryRun(store, viewer, readInput(retryInput, given), 'rest'));
      return sendJson(reply, await readRunJson(store, params.run_id, viewer));
    },
  });
  app.route({
    method: 'POST',
    url: '/agents/tasks/:id/retry',
    onRequest: allow(access, 'retryTask'),
    schema: {
      operationId: 'retryTask',
      summary: 'Retry a task',
      description: 'Retries a failed or skipped task, and the tasks that did not run because of it.',
      tags: ['runs'],
      params: noTaskPath,
      response: { 200: answer('The task', taskJson), ...problems(401, 403, 404, 409, 422) },
    },
    async handler({ params, viewer }, reply) {
      return sendJson(reply, writeTask(await retryTask(store, viewer, params.id, 'rest')));
    },
  });
}
