import { gzipSync } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import { lazily } from '../../contract/lazily.ts';
import { costHeader } from '../../contract/protocol.ts';
import { credentialsOf } from '../access/credentials.ts';
import { refuseGraphiql } from '../access/graphiql.ts';
import { inlineSources, writePolicy } from '../http/contentPolicy.ts';
import type { GraphiqlMode } from '../settings/graphql.ts';
import { actAsSignedIn, actingStyle } from './actAsSignedIn.ts';
import { exampleTabs } from './examples.ts';
import { fillExamples } from './fillExamples.ts';
import { focusEditor } from './focusEditor.ts';
import { forgetHeaders } from './forgetHeaders.ts';
import type { NodeContext } from './jsonBody.ts';

/** Serves GraphiQL, all of it from this server, to a browser that opens the address, or says why not. */
export function useGraphiql(mode: GraphiqlMode): Plugin<object, NodeContext> {
  const pages = lazily(render);
  return {
    onRequest({ request, serverContext: { req }, endResponse, fetchAPI }) {
      // GraphiQL writes its operation into the address, and shows it again when the page is loaded anew.
      if (request.method !== 'GET') return;
      if (!request.headers.get('accept')?.includes('text/html')) return;
      const refusal = refuseGraphiql(mode, credentialsOf(req));
      if (refusal !== undefined) {
        const errors = [{ message: `${refusal} ${howToAsk}`, extensions: { code: 'GRAPHIQL_OFF' } }];
        return endResponse(fetchAPI.Response.json({ errors }, { status: 404 }));
      }
      const packs = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
      return pages().then(({ plain, packed, policy }) => {
        const headers = { ...commonHeaders, 'content-security-policy': policy };
        endResponse(
          packs
            ? new fetchAPI.Response(packed, { headers: { ...headers, 'content-encoding': 'gzip' } })
            : new fetchAPI.Response(plain, { headers }),
        );
      });
    },
  };
}

const howToAsk = 'Send operations as POST with Content-Type: application/json.';

/** No other page may frame this one, since its buttons decide. */
const commonHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'x-frame-options': 'DENY',
  'cache-control': 'private, max-age=3600',
  vary: 'accept, accept-encoding',
};

/** The page as it is served, and what it may do. */
interface Page {
  plain: string;
  packed: Uint8Array<ArrayBuffer>;
  policy: string;
}

/** Its library is one text of 9 MB, which stays in memory once it is loaded: it is for who opens the page. */
async function render(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'Nightshift: GraphiQL',
    endpoint: '/graphql',
    defaultTabs: exampleTabs,
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: true,
    subscriptionsProtocol: 'SSE',
    schemaDescription: true,
    additionalHeaders: { 'x-graphql-yoga-csrf': 'graphiql', [costHeader]: '1' },
  });
  const plain = fillingExamples(page).replace(
    '</head>',
    () =>
      `<style>${tabStyle}${actingStyle}</style><script>${actAsSignedIn}\n${forgetHeaders}\n${focusEditor}</script></head>`,
  );
  return { plain, packed: gzipSync(plain), policy: policyOf(plain) };
}

/** Its own scripts, fonts and pictures stand in the page; its editor makes workers of them, and writes styles as it goes. */
function policyOf(page: string): string {
  return writePolicy({
    'script-src': inlineSources(page, 'script'),
    'style-src': "'unsafe-inline'",
    'worker-src': 'blob:',
    'img-src': 'data:',
    'font-src': 'data:',
    'connect-src': "'self'",
  });
}

/** Has the page look up what its examples are about before it starts GraphiQL. */
function fillingExamples(page: string): string {
  const start = page.lastIndexOf('YogaGraphiQL.renderYogaGraphiQL(');
  const [call = '', root = '', options = '', end = '', ...rest] = page.slice(start).split('\n');
  if (!root.includes('#root') || !options.endsWith('},') || end.trim() !== ');')
    throw new Error('The page of GraphiQL does not start as expected.');
  const filled = `(${fillExamples})(${options.trim().slice(0, -1)})`;
  return `${page.slice(0, start)}${filled}.then((options) => ${call}${root} options));\n${rest.join('\n')}`;
}

/**
 * The tabs stand in as many rows as they need: in one row, whose scroll bar GraphiQL hides, those on the right were cut
 * off. A pressed tab would jump to the end of the row, from under the pointer, so that the click missed it.
 */
const tabStyle = `
.graphiql-container .graphiql-session-header { flex: none; height: auto; min-height: var(--session-header-height); align-items: start }
.graphiql-tabs.no-scrollbar { flex-wrap: wrap; gap: 4px 6px; max-height: 40vh; overflow: hidden auto }
.graphiql-tab { transform: none !important; border-radius: var(--border-radius-8) }
.graphiql-container .graphiql-logo { flex: none; white-space: nowrap; font-size: var(--font-size-body) }
@media (max-width: 900px) { .graphiql-container .graphiql-logo { display: none } }`;
