import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

/** The largest body, in bytes: a log excerpt of 1 MB fits however it is escaped. */
export const maxBodyBytes = 8_000_000;

/** Reads JSON bodies, counting their bytes as they come; a body of any other kind is refused. */
export function useJsonBody(): Plugin<object, { req: IncomingMessage }> {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (request.method !== 'POST') return;
      setRequestParser(() => readParams(serverContext.req));
    },
  };
}

async function readParams(request: IncomingMessage): Promise<GraphQLParams> {
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
  const body = await readBytes(request);
  if (!isUtf8(body)) throw refusal(400, 'The body is not valid UTF-8.');
  return parse(body.toString());
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  return new Promise((resolve, reject) => {
    if (declared > maxBodyBytes) return reject(tooLarge());
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        request.pause();
        reject(tooLarge());
      }
    });
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

function tooLarge(): GraphQLError {
  return refusal(413, `The body is over ${maxBodyBytes} bytes.`, { connection: 'close' });
}

function refusal(status: number, message: string, headers?: Record<string, string>): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status, headers } } });
}
