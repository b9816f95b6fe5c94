import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { type BodyBudget, type BodySource, type CountedBody, noRoomForBody } from '../http/bodyBudget.ts';

/** The largest body, in bytes: a log excerpt of 1 MB fits however it is escaped. */
export const maxBodyBytes = 8_000_000;

/** The largest body of a caller without a scope, in bytes: it may read the schema. */
export const maxStrangerBytes = 64 * 1024;

/**
 * Reads JSON bodies, counting their bytes as they come, up to the limit of whoever sends them; a body of any other kind
 * is refused.
 */
export function useJsonBody(
  bodies: BodyBudget,
  sourceOf: (request: IncomingMessage) => BodySource,
): Plugin<object, NodeContext> {
  return {
    onRequestParse({ request, serverContext: { req, res }, setRequestParser }) {
      if (request.method !== 'POST') return;
      setRequestParser(() => readParams({ request: req, response: res, source: sourceOf(req) }, bodies));
    },
  };
}

/** The request and the answer as Node has them. */
export interface NodeContext {
  req: IncomingMessage;
  res: ServerResponse;
}

async function readParams(body: CountedBody, bodies: BodyBudget): Promise<GraphQLParams> {
  const { request } = body;
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!/^application\/(graphql\+)?json\s*(;|$)/i.test(type.trim())) {
    throw refusal(
      415,
      `Content-Type: expected application/json, got ${type === '' ? 'none' : JSON.stringify(type.slice(0, 100))}.`,
    );
  }
  if (encoding.toLowerCase() !== 'identity') {
    throw refusal(
      415,
      `Content-Encoding: send the body as it is, not as ${JSON.stringify(encoding.slice(0, 40))}.`,
    );
  }
  const bytes = await readBytes(body, bodies);
  if (!isUtf8(bytes)) throw refusal(400, 'The body is not valid UTF-8.');
  return parse(bytes.toString());
}

function readBytes(body: CountedBody, bodies: BodyBudget): Promise<Buffer> {
  const { request, source } = body;
  const limit = source === 'strangers' ? maxStrangerBytes : maxBodyBytes;
  const declared = Number(request.headers['content-length'] ?? 0);
  return new Promise((resolve, reject) => {
    if (declared > limit) return reject(tooLarge(limit));
    const chunks: Buffer[] = [];
    let size = 0;
    const giveUp = (why: GraphQLError) => {
      chunks.length = 0;
      request.pause();
      reject(why);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else giveUp(tooLarge(limit));
    });
    bodies.count(body, () => giveUp(noRoom()));
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', () => reject(cutShort()));
    request.once('close', () => {
      if (!request.complete) reject(cutShort());
    });
  });
}

function parse(text: string): GraphQLParams {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal(400, 'The body is not valid JSON.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const came = Array.isArray(value) ? 'an array (send one operation at a time)' : String(value).slice(0, 40);
  throw refusal(400, `The body: expected an object with \`query\` and \`variables\`, got ${came}.`);
}

function cutShort(): GraphQLError {
  return refusal(400, 'The body ended before it was complete.');
}

function tooLarge(limit: number): GraphQLError {
  const more = limit < maxBodyBytes ? ' Larger ones need a key.' : '';
  return refusal(413, `The body is over ${limit} bytes.${more}`, { connection: 'close' });
}

function noRoom(): GraphQLError {
  const http = { status: 503, headers: { 'retry-after': '1', connection: 'close' } };
  return new GraphQLError(noRoomForBody, { extensions: { code: 'SERVICE_UNAVAILABLE', http } });
}

function refusal(status: number, message: string, headers?: Record<string, string>): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status, headers } } });
}
