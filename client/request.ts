import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, print } from 'graphql';
import { ClientError, GraphQLClient } from 'graphql-request';
import { readRetryAfter } from '../contract/input/retryAfter.ts';
import { protocol, protocolHeader } from '../contract/protocol.ts';
import { trimEndOf } from '../contract/text/trimCharacters.ts';
import { expectedNoUserInfo, hasUserInfo, withoutUserInfo } from '../contract/urls/userInfo.ts';
import { ApiError, ApiUnreachableError, explain, NoKeyOfMomentError } from './errors.ts';
import { httpFetch, LateError, type Question } from './httpFetch.ts';
import { checkProtocol } from './protocol.ts';
import { type RetryPolicy, retrying, type Verdict } from './retry.ts';

/** A key, or what gives the one of the moment, for those that last minutes. */
export type KeySource = string | (() => Promise<string>);

/** How calls are made. */
export interface ConnectionOptions extends RetryPolicy {
  /** The server, e.g. `http://localhost:8001`; `/graphql` is added. */
  url: string;
  /** Sent as `Authorization: Bearer …`. */
  apiKey?: KeySource;
  /** Sent to the server, which records it with decisions; `cli` is known. */
  clientName?: string;
  /** How long one attempt may take, in milliseconds. */
  timeoutMs: number;
  /** Called on every retry, with one sentence. */
  log?: (message: string) => void;
  /** Called once when the first call takes some seconds: the server may be there and not answer. */
  onSlow?: () => void;
}

/** Settings of a single call. */
export interface CallOptions {
  /** Ends the call, its pauses included, with the signal's reason. */
  signal?: AbortSignal;
}

/** Sends one operation and gives its data. @throws ApiError, ApiUnreachableError */
export type Send = <R, V extends object>(
  document: TypedDocumentNode<R, V>,
  variables: V,
  options?: CallOptions,
) => Promise<R>;

/** Makes the function that sends operations, with a timeout for each attempt and retries for errors that may pass. */
export function createSend(options: ConnectionOptions): Send {
  const { timeoutMs, log, onSlow } = options;
  const url = endpointOf(options.url);
  const http = new GraphQLClient(url, {
    headers: headersOf(options),
    excludeOperationName: true,
    async fetch(to: RequestInfo | URL, init: RequestInit = {}) {
      const asked = await withKeyOfMoment(options, init as Question);
      const answer = await httpFetch(to as URL, asked, { timeoutMs });
      checkProtocol(url, answer);
      return answer as Response;
    },
  });
  let isFirst = true;
  return async (document, variables, { signal } = {}) => {
    const slow = isFirst && onSlow ? setTimeout(onSlow, slowAfterMs) : undefined;
    isFirst = false;
    try {
      return await retrying(
        options,
        () => attempt(document, variables, signal),
        (error) => judge(error, url),
        (cause, attempts) => new ApiUnreachableError(url, attempts, cause),
        {
          signal,
          onRetry: ({ attempt: count, waitMs, cause }) =>
            log?.(`Attempt ${count} at ${url} failed (${explain(cause)}); retrying in ${waitMs} ms.`),
        },
      );
    } finally {
      clearTimeout(slow);
    }
  };

  async function attempt<R, V extends object>(
    document: TypedDocumentNode<R, V>,
    variables: V,
    signal?: AbortSignal,
  ) {
    const data = await http.request<R>({
      document: textOf(document as DocumentNode),
      variables,
      ...(signal ? { signal } : {}),
    });
    if (answers(document as DocumentNode, data)) return data;
    throw notGraphql(url, data);
  }
}

const slowAfterMs = 3000;

const texts = new WeakMap<DocumentNode, string>();

/** The text of an operation, written once; each document holds one operation, so its name need not be sent. */
function textOf(document: DocumentNode): string {
  const known = texts.get(document);
  if (known !== undefined) return known;
  const text = print(document);
  texts.set(document, text);
  return text;
}

/** Says whether data has what an operation asks for, as the data of whatever else answers with JSON has not. */
function answers(document: DocumentNode, data: unknown): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  const asked = document.definitions.flatMap((definition) =>
    definition.kind === 'OperationDefinition' ? definition.selectionSet.selections : [],
  );
  return asked.every(
    (field) => field.kind !== 'Field' || Object.hasOwn(data, field.alias?.value ?? field.name.value),
  );
}

/** The address of GraphQL on a server, however the server's own address was written. */
export function endpointOf(url: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new TypeError(
      `url: expected a URL such as http://localhost:8001, got ${JSON.stringify(withoutUserInfo(url))}.`,
    );
  }
  if (hasUserInfo(url)) throw new TypeError(`url: ${expectedNoUserInfo}.`);
  const base = trimEndOf(url, '/');
  return base.endsWith('/graphql') ? base : `${base}/graphql`;
}

/** Adds the key of the moment to what every request carries. */
export async function keyOfMoment({
  apiKey,
}: Pick<ConnectionOptions, 'apiKey'>): Promise<Record<string, string>> {
  return typeof apiKey === 'function' ? { authorization: `Bearer ${await apiKey()}` } : {};
}

async function withKeyOfMoment(
  options: Pick<ConnectionOptions, 'apiKey'>,
  question: Question,
): Promise<Question> {
  if (typeof options.apiKey !== 'function') return question;
  return {
    ...question,
    headers: [...(question.headers ?? []), ...Object.entries(await keyOfMoment(options))],
  };
}

/** What every request carries, but for a key of the moment. */
export function headersOf({
  apiKey,
  clientName,
}: Pick<ConnectionOptions, 'apiKey' | 'clientName'>): Record<string, string> {
  return {
    [protocolHeader]: String(protocol),
    ...(typeof apiKey === 'string' && apiKey !== '' ? { authorization: `Bearer ${apiKey}` } : {}),
    ...(clientName ? { 'x-nightshift-client': clientName } : {}),
  };
}

/** Every operation is idempotent (a creation carries its key), so errors that may pass are retried. */
export function judge(error: unknown, url: string): Verdict {
  if (error instanceof ApiError || error instanceof NoKeyOfMomentError) return { retry: false, error };
  if (!(error instanceof ClientError)) {
    return isOfNetwork(error)
      ? { retry: true, cause: error }
      : { retry: false, error: notGraphql(url, error) };
  }
  const { status, headers, errors = [] } = error.response;
  const known = toApiError(error, url);
  const codes = errors.map((one) => one.extensions?.code);
  // The key is wrong, and stays so.
  const isLimited = status === 429 && !codes.includes('TOO_MANY_WRONG_KEYS');
  const passing = status >= 500 || isLimited || codes.includes('SERVICE_UNAVAILABLE');
  if (!passing) return { retry: false, error: known };
  return { retry: true, cause: known, afterMs: readRetryAfter(headers.get('retry-after')) };
}

function toApiError(error: ClientError, url: string): ApiError {
  const { status, errors = [] } = error.response;
  const [first] = errors;
  if (first === undefined) return notGraphql(url, error, status);
  const message = errors.map((one) => one.message).join('\n');
  const { code, requestId } = first.extensions ?? {};
  return new ApiError(message, typeof code === 'string' ? code : 'UNKNOWN', {
    status,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    cause: error,
  });
}

function notGraphql(url: string, cause: unknown, status?: number): ApiError {
  const came = status === undefined ? '' : ` (status ${status} without a GraphQL result)`;
  const message = `${url}: unexpected answer${came}; is API_BASE a Nightshift server?`;
  return new ApiError(message, 'NOT_GRAPHQL', { status, cause });
}

/** A fetch throws TypeError for everything of the network; anything else is a bad answer. */
function isOfNetwork(error: unknown): boolean {
  return error instanceof TypeError || error instanceof LateError;
}
