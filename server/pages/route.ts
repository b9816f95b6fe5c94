import type { FastifyReply, FastifyRequest } from 'fastify';
import { shellWord } from '../../contract/text/shellWord.ts';
import { credentialsOf } from '../access/credentials.ts';
import { refuseGraphiql } from '../access/graphiql.ts';
import type { HttpApp } from '../http/app.ts';
import { RequestError } from '../http/requestError.ts';
import type { GraphiqlMode } from '../settings/graphql.ts';
import { type FindPage, findPageIn } from './builtPage.ts';
import { type PageQuery, pageCommands, pageQueries } from './queries.ts';
import { addRoot } from './root.ts';
import { addPageFiles, depthOf, sendDocument } from './servePage.ts';

/** What the pages work on. */
export interface PagesContext {
  /** Whom GraphiQL is shown to. @default 'on' */
  graphiql?: GraphiqlMode | undefined;
  /** Finds the built page. @default the one that `npm ci` builds */
  findPage?: FindPage | undefined;
}

/** The views of the page that have no address without it. */
const ownViews = ['/tasks', '/runs', '/approvals', '/trends', '/settings', '/settings/*'];

/** Adds the page: its document at every address of its views, its files, and what stands there until it is built. */
export function addPages(app: HttpApp, { graphiql = 'on', findPage = findPageIn() }: PagesContext): void {
  addRoot(app, graphiql, findPage);
  addPageFiles(app, findPage);
  addLinked(app, graphiql, findPage);
  for (const url of ownViews)
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const page = findPage();
      if (page === undefined) return reply.redirect('../'.repeat(depthOf(request)) || './', 302);
      return sendDocument(request, reply, page);
    });
}

/**
 * `/runs/<run>`, `/tasks/<task>`, `/approvals/<task>` and `/plans/<plan>`: the addresses that notifications lead to. Until the page is built, each
 * opens GraphiQL with the question that shows it, which asks with the rights of whoever looks; who gets no GraphiQL is told
 * the command.
 */
function addLinked(app: HttpApp, graphiql: GraphiqlMode, findPage: FindPage): void {
  for (const [path, query] of Object.entries(pageQueries) as [keyof typeof pageQueries, PageQuery][]) {
    app.route({
      method: 'GET',
      // A parameter would be bounded to fewer characters than a plan with its project can have.
      url: `/${path}/*`,
      schema: { hide: true },
      handler(request, reply) {
        const page = findPage();
        if (page !== undefined) return sendDocument(request, reply, page);
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
  return reply.redirect(`${'../'.repeat(depthOf(request))}graphql?${search}`, 302);
}

function keyOf({ params }: FastifyRequest): string {
  return (params as { '*'?: string })['*'] ?? '';
}
