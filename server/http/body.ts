import { isUtf8 } from 'node:buffer';
import { type BodyBudget, type BodySource, type CountedBody, noRoomForBody } from './bodyBudget.ts';
import { RequestError } from './requestError.ts';

/** The largest body that is read from a caller with a scope. */
export const maxBodyBytes = 8 * 1024 * 1024;

/** The largest body that is read where nobody had to say who calls, and where none needs to be larger. */
export const maxSmallBodyBytes = 64 * 1024;

/** The largest body that is read from a source of bodies. */
export function bodyLimitOf(source: BodySource): number {
  return source === 'strangers' ? maxSmallBodyBytes : maxBodyBytes;
}

/**
 * Reads a body as it comes, up to so many bytes, while there is room for it. What still comes of a body that was refused
 * is thrown away.
 * @throws RequestError (413) over the limit, (503) without room, (400) when it ends early
 */
export function readBody(body: CountedBody, limit: number, bodies: BodyBudget): Promise<Buffer> {
  const { request } = body;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (error: RequestError) => {
      request.off('data', keep);
      chunks.length = 0;
      reject(error);
    };
    const keep = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else refuse(tooLarge(limit));
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) return refuse(tooLarge(limit));
    if (request.destroyed) return refuse(cutShort());
    request.on('data', keep);
    bodies.count(body, () => refuse(new RequestError(503, noRoomForBody, 1)));
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', () => refuse(cutShort()));
    request.once('close', () => {
      if (!request.complete) refuse(cutShort());
    });
  });
}

function tooLarge(limit: number): RequestError {
  return new RequestError(413, `The body is larger than ${limit} bytes.`);
}

function cutShort(): RequestError {
  return new RequestError(400, 'The body ended before it was complete.');
}

/**
 * Reads a JSON body, or nothing from an empty one.
 * @throws RequestError (400) for what is not UTF-8, not JSON, or nested past all sense
 */
export function parseJson(bytes: Buffer, maxLevels = 1000): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw new RequestError(400, 'The body is not UTF-8.');
  if (nestsDeeperThan(maxLevels, bytes)) {
    throw new RequestError(400, `The body is nested more than ${maxLevels} levels deep.`);
  }
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RequestError(400, `The body is not JSON: ${reason.slice(0, 200)}`);
  }
}

const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** Counts brackets outside of strings, so that millions of them are refused before they cost memory. */
function nestsDeeperThan(limit: number, bytes: Buffer): boolean {
  if (bytes.length <= limit) return false;
  let level = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === quote) index = endOfString(bytes, index);
    else if (opening.has(byte)) level += 1;
    else if (closing.has(byte)) level -= 1;
    if (level > limit) return true;
  }
  return false;
}

function endOfString(bytes: Buffer, start: number): number {
  for (let end = bytes.indexOf(quote, start + 1); end !== -1; end = bytes.indexOf(quote, end + 1)) {
    let escapes = 0;
    while (bytes[end - 1 - escapes] === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return bytes.length;
}
