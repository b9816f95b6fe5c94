import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from '../http/app.ts';
import { type PageQuery, pageQueries } from './queries.ts';

/**
 * `/runs/<run>`, `/tasks/<task>` and `/plans/<plan>`: the addresses that notifications lead to. Each opens GraphiQL with
 * the question that shows it, which asks with the rights of whoever looks.
 */
export function addPages(app: HttpApp): void {
  for (const [path, query] of Object.entries(pageQueries)) {
    app.route({
      method: 'GET',
      // A parameter would be bounded to fewer characters than a plan with its project can have.
      url: `/${path}/*`,
      schema: { hide: true },
      handler: (request, reply) => openGraphiql(request, reply, query),
    });
  }
}

/** From wherever the address is, so that a proxy may put something before it. */
function openGraphiql({ url, params }: FastifyRequest, reply: FastifyReply, query: PageQuery): FastifyReply {
  const key = (params as { '*'?: string })['*'] ?? '';
  const search = new URLSearchParams({ query: query(key) });
  const depth = (url.split('?', 1)[0] ?? '').split('/').length - 2;
  return reply.redirect(`${'../'.repeat(depth)}graphql?${search}`, 302);
}
