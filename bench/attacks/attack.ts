import { connect, type Socket } from 'node:net';
import { Connection } from '../measure/connection.ts';

/** Something that is done to a server until it is stopped. */
export interface Attack {
  name: string;
  begin(url: string): Promise<{ stop(): Promise<void> }>;
}

/** So many attackers send at once. */
const senders = 16;

/** No answer to an attacker is waited for longer. */
const patienceMs = 30_000;

/** Sends requests as fast as they are answered; `next` makes each one. A connection that the server ends is opened anew. */
export function flood(name: string, next: () => Buffer): Attack {
  return {
    name,
    async begin(url) {
      let stopped = false;
      const send = async () => {
        while (!stopped) {
          const connection = await Connection.open(url, patienceMs).catch(() => undefined);
          try {
            while (!stopped && connection) await connection.send(next());
          } catch {
            // The server has had enough of it.
          } finally {
            connection?.close();
          }
        }
      };
      const sending = Array.from({ length: senders }, send);
      return {
        async stop() {
          stopped = true;
          await Promise.all(sending);
        },
      };
    },
  };
}

/** Opens many connections, writes the beginning of a request on each, and reads nothing; `drip` is written every second. */
export function hold(name: string, count: number, beginning: string, drip = ''): Attack {
  return {
    name,
    async begin(url) {
      const { hostname, port } = new URL(url);
      const sockets: Socket[] = [];
      for (let opened = 0; opened < count; opened += 1) {
        const socket = connect(Number(port), hostname, () => socket.write(beginning)).pause();
        // The server may end it whenever it likes.
        socket.on('error', () => undefined);
        sockets.push(socket);
      }
      const timer = setInterval(() => {
        for (const socket of sockets) if (drip && socket.writable) socket.write(drip);
      }, 1000);
      return {
        async stop() {
          clearInterval(timer);
          for (const socket of sockets) socket.destroy();
        },
      };
    },
  };
}
