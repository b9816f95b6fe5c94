import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import type { RestContext } from '../context.ts';
import { readRunJson, runJson, runPath } from '../runJson.ts';

/** `GET /agents/runs/{run_id}`: one run. */
export function addReadRun(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/runs/:run_id',
    onRequest: allow(access, 'readRun'),
    schema: {
      operationId: 'readRun',
      summary: 'Read a run',
      tags: ['runs'],
      params: runPath,
      response: { 200: answer('The run', runJson), ...problems(401, 403, 404, 422) },
    },
    handler: async ({ params, viewer }, reply) =>
      sendJson(reply, await readRunJson(store, params.run_id, viewer)),
  });
}
