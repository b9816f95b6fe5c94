import { once } from 'node:events';
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keyOf, noteKey } from '../../support/keys.ts';

/** Stands between the orchestrator and its server, and can be a bad network. */
export interface BadNetwork {
  url: string;
  /** Whether a request reaches the server and whether its answer comes back, decided for each by its body. */
  fault: (asked: string) => 'none' | 'away' | 'answerLost';
  close(): void;
}

/** Starts a proxy that lets everything through. */
export async function startProxy(target: string): Promise<BadNetwork> {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const how = proxy.fault(body.toString());
    if (how === 'away') return void request.socket.destroy();
    const options = { method: request.method, headers: { ...request.headers, host: new URL(target).host } };
    const forward = ask(new URL(request.url ?? '/', target), options, async (answer) => {
      if (how === 'answerLost') {
        await answer.toArray();
        return void request.socket.destroy();
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers).flushHeaders();
      answer.on('error', () => request.socket.destroy()).pipe(response);
    });
    forward.on('error', () => request.socket.destroy()).end(body);
    response.once('close', () => forward.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: BadNetwork = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: () => 'none',
    close: () => void server.close().closeAllConnections(),
  };
  noteKey(proxy.url, keyOf(target));
  return proxy;
}

/**
 * Loses every second answer to each request: counted over all of them, one caller could have the bad luck of having
 * every try fall on the lost ones.
 */
export function everySecondAnswerLost(): BadNetwork['fault'] {
  const counts = new Map<string, number>();
  return (asked) => {
    const count = counts.get(asked) ?? 0;
    counts.set(asked, count + 1);
    return count % 2 === 0 ? 'answerLost' : 'none';
  };
}
