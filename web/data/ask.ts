import {
  pageSecretName,
  protocol,
  protocolHeader,
  readProtocol,
  sessionHeader,
} from '../../contract/protocol.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { AskError, type GraphqlError, refusalOf } from './askError.ts';
import { basePath } from './base.ts';
import { noteAnswer, noteProblem, outdated } from './connection.ts';
import { readKept } from './kept.ts';
import { noteServerTime } from './serverClock.ts';

/** How long a question may take before the server counts as lost. */
const timeoutMs = 20_000;

/** Asks the server, as whoever is signed in. @throws AskError */
export async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send(document, variables, signal ? AbortSignal.any([signal, late]) : late);
    const answer = await readAnswer<Result>(response);
    noteAnswer();
    return answer;
  } catch (error) {
    signal?.throwIfAborted();
    const known =
      error instanceof AskError
        ? error
        : new AskError('offline', 'The server does not answer.', { cause: error });
    noteProblem(known);
    throw known;
  }
}

/** Sends an operation; rejects with what `fetch` does where no answer comes. */
export async function send<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
  accept = 'application/graphql-response+json, application/json',
): Promise<Response> {
  const response = await fetch(`${basePath}graphql`, {
    method: 'POST',
    headers: {
      accept,
      'content-type': 'application/json',
      [sessionHeader]: readKept(pageSecretName) ?? 'on',
    },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal,
  });
  noteServerTime(response.headers.get('date'));
  const theirs = readProtocol(response.headers.get(protocolHeader));
  if (theirs !== undefined && theirs !== protocol) outdated.set(true);
  return response;
}

interface Answer<Result> {
  data?: Result | null;
  errors?: GraphqlError[];
}

async function readAnswer<Result>(response: Response): Promise<Result> {
  const text = await response.text();
  const { data, errors = [] } = parse<Result>(text, response.status);
  if (errors.length > 0 || data === undefined || data === null) throw refusalOf(response.status, errors);
  return data;
}

function parse<Result>(text: string, status: number): Answer<Result> {
  try {
    return JSON.parse(text) as Answer<Result>;
  } catch (cause) {
    // What a proxy says while the server is away.
    throw new AskError(status >= 500 ? 'unavailable' : 'refused', `status ${status}`, { cause });
  }
}
