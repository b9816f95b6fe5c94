import { scopeOf } from '../../../contract/words/operations.ts';
import { recordForbidden } from '../../../domain/approvals/forbidden.ts';
import { shownInput } from '../../../domain/approvals/shown.ts';
import { decisionIn, updateTask } from '../../../domain/reporting/update.ts';
import { taskChanges } from '../../../domain/tasks/input.ts';
import { requireScope } from '../../access/access.ts';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import { maxBodyBytes } from '../../http/body.ts';
import type { RestContext } from '../context.ts';
import { decisionQuery, noTaskPath } from '../query.ts';
import { snakeCase, taskJson, writeTask } from '../taskJson.ts';

/** The older way to decide goes by fields of its own. */
const older = {
  deprecated: true,
  description: 'The older way to decide, which still works. Use /approve, /reject or /cancel instead.',
};
const { approvalState, approver } = taskChanges.shape;
const { expectedHeadSha, approvalId } = shownInput.shape;
const changes = taskChanges.extend({
  approvalState: approvalState.meta(older),
  approver: approver.meta(older),
  expectedHeadSha: expectedHeadSha.meta(older),
  approvalId: approvalId.meta(older),
});

/** `PATCH /agents/tasks/{id}`: changes the fields that are sent; a decision needs the permission to decide. */
export function addUpdateTask(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'PATCH',
    url: '/agents/tasks/:id',
    onRequest: allow(access, 'updateTask'),
    bodyLimit: maxBodyBytes,
    schema: {
      operationId: 'updateTask',
      summary: 'Update a task',
      description:
        'Omitted fields are unchanged. Send null to clear a field. `approval_state` approved, rejected or cancelled decides the task. For tasks that Nightshift runs, and for decided tasks, only `webhook_notified_at` and `webhook_error` can change. A task that failed because its reporter stopped reporting still accepts a late report, with a remark.',
      tags: ['tasks'],
      params: noTaskPath,
      querystring: decisionQuery({}),
      body: snakeCase(changes).meta({ example: { log_excerpt: 'All 12 pages are valid.' } }),
      response: { 200: answer('The task', taskJson), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    async handler({ body, params, viewer }, reply) {
      const action = decisionIn(body);
      if (action !== undefined) {
        await recordForbidden(store.db, viewer, { ids: [params.id], action, via: 'rest' });
        requireScope(viewer, scopeOf(`${action}Task`));
      }
      return sendJson(reply, writeTask(await updateTask(store, viewer, params.id, body, 'rest')));
    },
  });
}
