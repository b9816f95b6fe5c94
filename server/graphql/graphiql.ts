import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { Plugin } from 'graphql-yoga';
import { exampleTabs } from './examples.ts';
import { forgetHeaders } from './forgetHeaders.ts';

/** Serves GraphiQL, all of it from this server, to a browser that opens the address. */
export function useGraphiql(): Plugin {
  let pages: { plain: string; packed: Uint8Array<ArrayBuffer> } | undefined;
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      // GraphiQL writes its operation into the address, and shows it again when the page is loaded anew.
      if (request.method !== 'GET') return;
      if (!request.headers.get('accept')?.includes('text/html')) return;
      pages ??= render();
      const packs = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
      endResponse(
        packs
          ? new fetchAPI.Response(pages.packed, { headers: { ...headers, 'content-encoding': 'gzip' } })
          : new fetchAPI.Response(pages.plain, { headers: { ...headers } }),
      );
    },
  };
}

/** No other page may frame this one, since its buttons decide. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'cache-control': 'private, max-age=3600',
  vary: 'accept, accept-encoding',
};

function render() {
  const page = renderGraphiQL({
    title: 'Nightshift: GraphiQL',
    endpoint: '/graphql',
    defaultTabs: exampleTabs,
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: true,
    subscriptionsProtocol: 'SSE',
    schemaDescription: true,
    additionalHeaders: { 'x-graphql-yoga-csrf': 'graphiql' },
  });
  const plain = page.replace(
    '</head>',
    `<style>${steadyTabs}</style><script>${forgetHeaders}</script></head>`,
  );
  return { plain, packed: gzipSync(plain) };
}

/** A pressed tab would jump to the end of the row, from under the pointer, so that the click missed it. */
const steadyTabs = '.graphiql-tab { transform: none !important }';
