import { readEventStream } from '../../client/eventStream.ts';
import { send } from '../data/ask.ts';
import { type AskError, type GraphqlError, refusalOf } from '../data/askError.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';

/** How long a stream may be silent; the server sends a ping every 12 seconds. */
const maxSilenceMs = 45_000;

/** What hears a stream. */
export interface StreamEars<Result> {
  /** The server has begun to send: what is read from then on and what is heard leave out no change. */
  onOpen(): void;
  onData(data: Result): void;
}

/**
 * Reads a subscription until the server, a break or the signal ends it.
 * @throws AskError when the server refuses, and what `fetch` throws
 */
export async function readStream<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
  { onOpen, onData }: StreamEars<Result>,
): Promise<void> {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), maxSilenceMs);
  try {
    const response = await send(document, variables, either, 'text/event-stream');
    if (!response.ok || response.body === null) throw await refused(response);
    onOpen();
    for await (const { event, data } of readEventStream(chunksOf(response.body))) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), maxSilenceMs);
      if (event === 'complete') return;
      if (event === 'next') onData(readData<Result>(data));
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** By a reader, since not every browser can iterate over a body. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function readData<Result>(text: string): Result {
  const { data, errors = [] } = JSON.parse(text) as { data?: Result; errors?: GraphqlError[] };
  if (errors.length > 0 || data === undefined) throw refusalOf(200, errors);
  return data;
}

async function refused(response: Response): Promise<AskError> {
  const text = await response.text();
  const [, data] = /^data: ?(.*)$/m.exec(text) ?? [];
  try {
    return refusalOf(response.status, (JSON.parse(data ?? text) as { errors?: GraphqlError[] }).errors ?? []);
  } catch {
    return refusalOf(response.status, []);
  }
}
