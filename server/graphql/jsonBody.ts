import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { bodyLimitOf, maxBodyBytes, parseJson, readBody } from '../http/body.ts';
import type { BodyBudget, BodySource, CountedBody } from '../http/bodyBudget.ts';
import { RequestError } from '../http/requestError.ts';
import type { EarlyContext } from './early.ts';

/**
 * Reads JSON bodies, counting their bytes as they come, up to the limit of whoever sends them; a body of any other kind
 * is refused.
 */
export function useJsonBody(
  bodies: BodyBudget,
  sourceOf: (request: IncomingMessage) => BodySource,
): Plugin<object, NodeContext> {
  return {
    onRequestParse({ request, serverContext: { req, res, early }, setRequestParser }) {
      if (request.method !== 'POST') return;
      setRequestParser(
        () => early?.params ?? readParams({ request: req, response: res, source: sourceOf(req) }, bodies),
      );
    },
  };
}

/** The request and the answer as Node has them. */
export interface NodeContext extends EarlyContext {
  req: IncomingMessage;
  res: ServerResponse;
}

/** Reads what a request asks for from its JSON body. @throws GraphQLError */
export async function readParams(body: CountedBody, bodies: BodyBudget): Promise<GraphQLParams> {
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
      `Content-Encoding: send the body uncompressed, not as ${JSON.stringify(encoding.slice(0, 40))}.`,
    );
  }
  const limit = bodyLimitOf(body.source);
  try {
    // Inputs that are nested too deeply are refused by the field that takes them.
    return asParams(parseJson(await readBody(body, limit, bodies), Number.POSITIVE_INFINITY));
  } catch (error) {
    throw error instanceof RequestError ? toGraphqlError(error, limit) : error;
  }
}

function asParams(value: unknown): GraphQLParams {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const came = Array.isArray(value) ? 'an array (send one operation at a time)' : String(value).slice(0, 40);
  throw refusal(400, `The body: expected an object with \`query\` and \`variables\`, got ${came}.`);
}

function toGraphqlError({ status, message, retryAfterSeconds }: RequestError, limit: number): GraphQLError {
  if (status === 503) {
    const http = { status, headers: { 'retry-after': String(retryAfterSeconds), connection: 'close' } };
    return new GraphQLError(message, { extensions: { code: 'SERVICE_UNAVAILABLE', http } });
  }
  if (status !== 413) return refusal(status, message);
  const more = limit < maxBodyBytes ? ' Send a key to use larger ones.' : '';
  return refusal(status, `${message}${more}`, { connection: 'close' });
}

function refusal(status: number, message: string, headers?: Record<string, string>): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status, headers } } });
}
