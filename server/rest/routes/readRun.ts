import { allow } from '../allow.ts';
import { answer, problems } from '../answers.ts';
import { type RestApp, type RestContext, sendJson } from '../app.ts';
import { readRunJson, runJson, runPath } from '../runJson.ts';

/** `GET /agents/runs/{run_id}`: one run. */
export function addReadRun(app: RestApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/runs/:run_id',
    onRequest: allow(access, 'read'),
    schema: {
      operationId: 'readRun',
      summary: 'Read a run',
      tags: ['runs'],
      params: runPath,
      response: { 200: answer('The run', runJson), ...problems(401, 403, 404, 422) },
    },
    handler: async ({ params }, reply) => sendJson(reply, await readRunJson(store, params.run_id)),
  });
}
