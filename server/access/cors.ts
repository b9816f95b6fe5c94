import type { IncomingMessage, ServerResponse } from 'node:http';
import { costHeader, protocolHeader } from '../../contract/protocol.ts';

const allowedHeaders = `content-type, authorization, x-admin-key, x-user-email, x-user-role, idempotency-key, ${protocolHeader}, ${costHeader}`;
const exposedHeaders = `idempotent-replayed, x-truncated, retry-after, ratelimit, ratelimit-policy, ${protocolHeader}`;

/**
 * Lets pages of the configured origins read answers, and answers their preflight requests; true when that was all
 * there was to answer. Without configured origins nothing is sent.
 */
export function answerCors(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  origins: readonly string[],
): boolean {
  if (origins.length === 0) return false;
  response.setHeader('vary', 'origin');
  if (headers.origin === undefined || !origins.includes(headers.origin)) return false;
  response.setHeader('access-control-allow-origin', headers.origin);
  response.setHeader('access-control-expose-headers', exposedHeaders);
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE',
    'access-control-allow-headers': allowedHeaders,
    'access-control-max-age': '600',
  });
  response.end();
  return true;
}
