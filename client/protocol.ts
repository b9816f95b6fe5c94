import { protocol, protocolHeader, readProtocol } from '../contract/protocol.ts';
import { ApiError } from './errors.ts';
import type { Answer } from './httpFetch.ts';

/** Refuses the answer of a server that speaks another protocol. @throws ApiError */
export function checkProtocol(url: string, { headers, status }: Pick<Answer, 'headers' | 'status'>): void {
  const theirs = readProtocol(headers.get(protocolHeader));
  if (theirs === undefined || theirs === protocol) return;
  const message = `The server at ${url} speaks protocol ${theirs}, and this program speaks ${protocol}. Nothing was changed. Update the ${theirs > protocol ? 'program to the version of the server' : 'server to the version of the program'}.`;
  throw new ApiError(message, 'OTHER_PROTOCOL', { status });
}
