import type { IncomingMessage, ServerResponse } from 'node:http';
import { protocol, protocolHeader, readProtocol } from '../../contract/protocol.ts';

/**
 * Refuses a program or worker of a version that speaks another protocol, before anything of its request is done; true
 * when that was the answer. Callers that say nothing of it are no such programs.
 */
export function refuseOtherProtocol(request: IncomingMessage, response: ServerResponse): boolean {
  const theirs = readProtocol(request.headers[protocolHeader]);
  if (theirs === undefined || theirs === protocol) return false;
  const message = `This server speaks protocol ${protocol}, but the client speaks ${theirs}. Nothing was changed. Update the ${theirs > protocol ? 'server' : 'client'}.`;
  const body = { errors: [{ message, extensions: { code: 'OTHER_PROTOCOL' } }] };
  response.writeHead(400, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  response.end(JSON.stringify(body));
  return true;
}
