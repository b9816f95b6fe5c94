import * as z from 'zod';
import { decisionFilter } from '../../../domain/approvals/record.ts';
import { openDecisionCsv } from '../../../domain/approvals/recordCsv.ts';
import { readInput } from '../../../domain/input/read.ts';
import { maxInteger } from '../../../domain/tasks/input.ts';
import { allow } from '../../http/allow.ts';
import { problems } from '../../http/answers.ts';
import type { HttpApp } from '../../http/app.ts';
import type { RestContext } from '../context.ts';
import { bomQuery, sendCsv } from '../csv.ts';
import { repeated, single, wholeNumber } from '../query.ts';

const filter = decisionFilter.shape;

/** `GET /agents/decisions.csv`: the record of decisions as a spreadsheet reads it, streamed. */
export function addExportDecisions(app: HttpApp, { store, access, exports }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/decisions.csv',
    exposeHeadRoute: false,
    onRequest: allow(access, 'exportDecisions'),
    schema: {
      operationId: 'exportDecisions',
      summary: 'Export the audit log as CSV',
      description:
        'Every attempt to decide, allowed or refused, newest first, as RFC 4180 CSV. The response has `X-Truncated: true` if there were more rows than `limit`.',
      tags: ['decisions'],
      querystring: z.object({
        limit: wholeNumber(1, 10_000, 1000),
        bom: bomQuery,
        task_id: single(
          z
            .string()
            .regex(/^\d{1,10}$/, 'expected a task ID')
            .transform(Number)
            .pipe(z.int().max(maxInteger))
            .optional(),
        ).meta({ type: 'integer' }),
        run_id: single(filter.runId),
        viewer: single(filter.viewer),
        action: repeated(filter.actions),
        outcome: repeated(filter.outcomes),
        since: single(filter.since),
        until: single(filter.until),
      }),
      response: {
        200: { description: 'The rows', content: { 'text/csv': { schema: z.string() } } },
        ...problems(401, 403, 422, 503),
      },
    },
    async handler(request, reply) {
      const { limit, bom, task_id, run_id, action, outcome, ...rest } = request.query;
      const wanted = readInput(decisionFilter, {
        taskId: task_id,
        runId: run_id,
        actions: action,
        outcomes: outcome,
        ...rest,
      });
      await exports.enter(reply.raw);
      const { rows, truncated } = await openDecisionCsv(store.db, wanted, limit);
      return sendCsv(request, reply, { fileName: 'agent_decisions.csv', truncated, rows, bom });
    },
  });
}
