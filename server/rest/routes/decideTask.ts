import * as z from 'zod';
import { decisionActions } from '../../../contract/words/decisions.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { shownInput } from '../../../domain/approvals/shown.ts';
import { decisionNote } from '../../../domain/tasks/input.ts';
import { allowDecision } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import type { RestContext } from '../context.ts';
import { decisionQuery, noTaskPath, single } from '../query.ts';
import { taskJson, writeTask } from '../taskJson.ts';

const { expectedHeadSha, approvalId } = shownInput.shape;

/** `POST /agents/tasks/{id}/approve`, `/reject` and `/cancel`: decides a task as the viewer. */
export function addDecideTask(app: HttpApp, { store, access }: RestContext): void {
  for (const action of decisionActions) {
    app.route({
      method: 'POST',
      url: `/agents/tasks/:id/${action}`,
      onRequest: allowDecision({ access, store }, action),
      schema: {
        operationId: `${action}Task`,
        summary: `${action[0]?.toUpperCase()}${action.slice(1)} a task`,
        description:
          'You are recorded as the approver. Repeating the same decision changes nothing. `expected_head_sha` is the commit that you reviewed, empty if you were shown none; it is required if approving merges or labels. `approval_id` is the approval that you reviewed, as returned by `?include=approval`.',
        tags: ['decisions'],
        params: noTaskPath,
        querystring: decisionQuery({ note: single(decisionNote) }),
        body: z
          .object({ note: decisionNote, expected_head_sha: expectedHeadSha, approval_id: approvalId })
          .nullish()
          .meta({ example: { note: 'Looks right.' } }),
        response: { 200: answer('The task', taskJson), ...problems(400, 401, 403, 404, 409, 415, 422) },
      },
      async handler({ params, query, body, viewer }, reply) {
        const details = {
          note: body?.note ?? query.note,
          expectedHeadSha: body?.expected_head_sha,
          approvalId: body?.approval_id,
          via: 'rest',
        } as const;
        return sendJson(reply, writeTask(await decideTask(store, viewer, params.id, action, details)));
      },
    });
  }
}
