import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectAlone, type LoneConnection } from '../../database/driver.ts';
import { listenOn, type Signs } from '../../database/listen.ts';
import { useDatabase } from '../support/databases.ts';

describe('Whoever hears a channel of PostgreSQL', () => {
  const database = useDatabase('postgres');

  /** Passes connections on to the database, until it is told to drop what comes over those that are open. */
  async function startNetwork() {
    const target = new URL((database.config() as { url: string }).url);
    const sockets = new Set<Socket>();
    const network = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      network.close();
      for (const socket of sockets) socket.destroy();
    });
    await once(network, 'listening');
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String((network.address() as AddressInfo).port);
    const drop = () => {
      for (const socket of sockets) socket.unpipe().pause();
    };
    return { url: url.href, drop };
  }

  async function hear(url: string, signs: Signs) {
    const heard: string[] = [];
    let gaps = 0;
    let connections = 0;
    const listener = { onMessage: (text: string) => void heard.push(text), onGap: () => void gaps++ };
    const open = () => {
      connections += 1;
      return connectAlone(url, 5000);
    };
    const watch = await listenOn(open, 'news', listener, signs);
    onTestFinished(() => watch.stop());
    const tell = (text: string) =>
      database.db().query({ text: `SELECT pg_notify('news', $1)`, values: [text] });
    return { heard, gaps: () => gaps, connections: () => connections, tell };
  }

  it('notices that packets are dropped, connects anew and says that something may be missed', async () => {
    const network = await startNetwork();
    const ear = await hear(network.url, { everyMs: 100, withinMs: 200 });
    await ear.tell('first');
    await expect.poll(() => ear.heard).toEqual(['first']);
    network.drop();
    await ear.tell('missed');
    await expect.poll(ear.gaps).toBeGreaterThan(0);
    await ear.tell('second');
    await expect.poll(() => ear.heard).toEqual(['first', 'second']);
  });

  it('keeps a connection that gives signs, however long nothing is said', async () => {
    const network = await startNetwork();
    const ear = await hear(network.url, { everyMs: 10, withinMs: 60_000 });
    await pause(300);
    await ear.tell('late');
    await expect.poll(() => ear.heard).toEqual(['late']);
    expect([ear.gaps(), ear.connections()]).toEqual([0, 1]);
  });

  it('stops while a connection is being made anew, and leaves none behind', async () => {
    const network = await startNetwork();
    const again = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const open: LoneConnection[] = [];
    const connect = async () => {
      if (open.length > 0) {
        again.resolve();
        await goOn.promise;
      }
      const connection = await connectAlone(network.url, 5000);
      open.push(connection);
      return connection;
    };
    const watch = await listenOn(connect, 'news', { onMessage: () => undefined, onGap: () => undefined });
    await open[0]?.end();
    await again.promise;
    const stopped = watch.stop();
    goOn.resolve();
    await stopped;
    expect(open).toHaveLength(2);
    await Promise.all(open.map(({ closed }) => closed));
  });
});
