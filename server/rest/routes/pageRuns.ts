import * as z from 'zod';
import { readRunPage } from '../../../domain/runs/page.ts';
import { allow } from '../../http/allow.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import type { RestContext } from '../context.ts';
import { single, wholeNumber } from '../query.ts';
import { listedRunJson, writeRun } from '../runJson.ts';
import { runFilterOf, runFilterQuery } from '../runQuery.ts';

/** `GET /agents/runs`: a page of runs, and the cursor of the next one. */
export function addPageRuns(app: HttpApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/agents/runs',
    onRequest: allow(access, 'pageRuns'),
    schema: {
      operationId: 'pageRuns',
      summary: 'Page through runs',
      description:
        'Newest first, without their inputs. To get the next page, pass `next_cursor` as `cursor`; null means there are no more pages.',
      tags: ['runs'],
      querystring: z.object({
        limit: wholeNumber(1, 200, 50),
        cursor: single(z.string().optional()),
        ...runFilterQuery,
      }),
      response: {
        200: answer(
          'A page',
          z.object({ items: z.array(listedRunJson), next_cursor: z.string().nullable() }),
        ),
        ...problems(400, 401, 403, 422),
      },
    },
    async handler({ query: { limit, cursor, ...filter } }, reply) {
      const range = { first: limit, after: cursor };
      const { edges, hasNextPage } = await readRunPage(store.db, range, runFilterOf(filter));
      const next = (await hasNextPage()) ? (edges.at(-1)?.cursor ?? null) : null;
      const items = edges.map(({ node }) => writeRun(node));
      return sendJson(reply, `{"items":[${items.join(',')}],"next_cursor":${JSON.stringify(next)}}`);
    },
  });
}
