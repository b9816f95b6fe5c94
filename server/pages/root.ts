import { credentialsOf } from '../access/credentials.ts';
import { refuseGraphiql } from '../access/graphiql.ts';
import type { HttpApp } from '../http/app.ts';
import { inlineSources, writePolicy } from '../http/contentPolicy.ts';
import type { GraphiqlMode } from '../settings/graphql.ts';
import type { FindPage } from './builtPage.ts';
import { sendDocument } from './servePage.ts';

const links = [
  ['/graphql', 'GraphiQL: query everything, with examples'],
  ['/sign-in', 'sign in with this browser'],
  ['/docs', 'the REST API: read about it and try it'],
  ['/openapi.json', 'its OpenAPI description'],
  ['/agents/tasks/paged', 'the newest tasks as JSON'],
  ['/agents/tasks/paged.csv', 'and as CSV'],
  ['/ready', 'whether the server is ready'],
];

/** Writes what stands here until the page is built, without the links that lead nowhere for who looks. */
function writePage(without?: string): string {
  const items = links
    .filter(([path]) => path !== without)
    .map(([path, text]) => `<li><a href="${path}">${path}</a> ${text}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nightshift</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
ul { padding-left: 1.2rem; }
</style>
</head>
<body>
<h1>Nightshift</h1>
<p>Runs nightly tasks and agents, keeps their history, and holds pull requests for approval.</p>
<p>The web page is not built. To get it, run <code>npm ci</code> without <code>--omit=dev</code>, or <code>npm run build</code> where the development packages are installed, and load this again.</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`;
}

const [whole, withoutGraphiql] = [writePage(), writePage('/graphql')];

const policy = writePolicy({ 'style-src': inlineSources(whole, 'style'), 'img-src': 'data:' });

/** `GET /`: the page, or where it is not built a list of links. */
export function addRoot(app: HttpApp, graphiql: GraphiqlMode, findPage: FindPage): void {
  app.route({
    method: 'GET',
    url: '/',
    schema: { hide: true },
    async handler(request, reply) {
      const page = findPage();
      if (page !== undefined) return sendDocument(request, reply, page);
      reply.header('content-type', 'text/html; charset=utf-8');
      reply.header('content-security-policy', policy);
      return reply.send(
        refuseGraphiql(graphiql, credentialsOf(request.raw)) === undefined ? whole : withoutGraphiql,
      );
    },
  });
}
