import { networkReason } from '../../../contract/networkError.ts';
import type { FetcherOptions, Wanted } from './wanted.ts';

/** What one request brought: the server's reply whatever its status, or the reason why there is none. */
export type Reply =
  | { kind: 'reply'; status: number; headers: Headers; body: Buffer }
  | { kind: 'failed'; reason: string; network: boolean };

/** Sends one request without following redirects; the body is read only where it is wanted, and never beyond its limit. */
export async function fetchOnce(url: URL, wanted: Wanted, options: FetcherOptions): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method: wanted.method,
      redirect: 'manual',
      headers: {
        'user-agent': options.agent,
        accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      },
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const { status, headers } = response;
    if (!response.ok || !wanted.wantsBody(headers.get('content-type') ?? '')) {
      await response.body?.cancel();
      return { kind: 'reply', status, headers, body: Buffer.alloc(0) };
    }
    const body = await readBody(response, wanted.maxBytes ?? options.maxBytes);
    return body === undefined
      ? { kind: 'failed', reason: `larger than ${wanted.maxBytes ?? options.maxBytes} bytes`, network: false }
      : { kind: 'reply', status, headers, body };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error, options.timeoutMs), network: true };
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the transfer.
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  return isLate ? `no answer within ${timeoutMs / 1000} s` : networkReason(error);
}
