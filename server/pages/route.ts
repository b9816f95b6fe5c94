import type { FastifyReply, FastifyRequest } from 'fastify';
import { shellWord } from '../../contract/text/shellWord.ts';
import { credentialsOf } from '../access/credentials.ts';
import { refuseGraphiql } from '../access/graphiql.ts';
import type { HttpApp } from '../http/app.ts';
import { RequestError } from '../http/requestError.ts';
import type { GraphiqlMode } from '../settings/graphql.ts';
import { type PageQuery, pageCommands, pageQueries } from './queries.ts';

/**
 * `/runs/<run>`, `/tasks/<task>` and `/plans/<plan>`: the addresses that notifications lead to. Each opens GraphiQL with
 * the question that shows it, which asks with the rights of whoever looks; who gets no GraphiQL is told the command.
 */
export function addPages(app: HttpApp, graphiql: GraphiqlMode = 'on'): void {
  for (const [path, query] of Object.entries(pageQueries) as [keyof typeof pageQueries, PageQuery][]) {
    app.route({
      method: 'GET',
      // A parameter would be bounded to fewer characters than a plan with its project can have.
      url: `/${path}/*`,
      schema: { hide: true },
      handler(request, reply) {
        const refusal = refuseGraphiql(graphiql, credentialsOf(request.raw));
        if (refusal === undefined) return openGraphiql(request, reply, query);
        const look = `${pageCommands[path]} ${shellWord(keyOf(request))}`;
        throw new RequestError(404, `${refusal} This shows what you are looking for: ${look}`);
      },
    });
  }
}

/** From wherever the address is, so that a proxy may put something before it. */
function openGraphiql(request: FastifyRequest, reply: FastifyReply, query: PageQuery): FastifyReply {
  const search = new URLSearchParams({ query: query(keyOf(request)) });
  const depth = (request.url.split('?', 1)[0] ?? '').split('/').length - 2;
  return reply.redirect(`${'../'.repeat(depth)}graphql?${search}`, 302);
}

function keyOf({ params }: FastifyRequest): string {
  return (params as { '*'?: string })['*'] ?? '';
}
