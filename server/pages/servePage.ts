import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from '../http/app.ts';
import { writePolicy } from '../http/contentPolicy.ts';
import { RequestError } from '../http/requestError.ts';
import type { BuiltPage, FindPage } from './builtPage.ts';

/** What the page may do: what it loads is its server's own, and nothing stands inline. */
const policy = writePolicy({
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'font-src': "'self'",
  'form-action': "'self'",
});

/** No name that an address holds has more slashes: a document is kept for each depth, and grows with it. */
const maxDepth = 200;

/**
 * Answers with the document of the page, whose script draws what the address names.
 * @throws RequestError where the address is deeper than names can make it
 */
export function sendDocument(request: FastifyRequest, reply: FastifyReply, page: BuiltPage): FastifyReply {
  const depth = depthOf(request);
  if (depth > maxDepth) throw new RequestError(404, 'No view of the page has such a long address.');
  const { plain, etag } = page.documentAt(depth);
  reply.headers({ 'cache-control': 'no-cache', 'content-security-policy': policy, etag });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.header('content-type', 'text/html; charset=utf-8').send(plain);
}

/** `/assets/…`, and the two files of the page whose names tell nothing of their content. */
export function addPageFiles(app: HttpApp, findPage: FindPage): void {
  const hidden = { schema: { hide: true } };
  app.get('/assets/*', hidden, async (request, reply) =>
    sendFile(request, reply, findPage(), 'public, max-age=31536000, immutable'),
  );
  for (const path of ['/theme.js', '/favicon.svg'])
    app.get(path, hidden, async (request, reply) => sendFile(request, reply, findPage(), 'no-cache'));
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  page: BuiltPage | undefined,
  keeping: string,
): FastifyReply {
  const file = page?.files.get(pathOf(request).slice(1));
  if (file === undefined) throw new RequestError(404, 'The page has no such file.');
  const { type, etag, plain, br, gzip } = file;
  reply.headers({ 'cache-control': keeping, etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  reply.header('content-type', type);
  const taken = takenEncodings(request);
  if (br !== undefined && taken.has('br')) return reply.header('content-encoding', 'br').send(br);
  if (gzip !== undefined && taken.has('gzip')) return reply.header('content-encoding', 'gzip').send(gzip);
  return reply.send(plain);
}

/** What a body may be packed with for whoever asks; a weight of nothing refuses it. */
function takenEncodings({ headers }: FastifyRequest): ReadonlySet<string> {
  const named = String(headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.split(';').map((part) => part.trim()));
  const taken = named.filter(([, weight = '']) => !/^q\s*=\s*0(?:\.0*)?$/.test(weight));
  return new Set(taken.map(([encoding = '']) => encoding));
}

/** How many folders deep an address is, so that the way back from it holds below a path of a proxy as well. */
export function depthOf(request: FastifyRequest): number {
  return pathOf(request).split('/').length - 2;
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}
