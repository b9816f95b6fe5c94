import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAllowedAddress, isAllowedHost } from '../../../channels/outbound/addresses.ts';
import { OutboundRefusedError, type Resolve } from '../../../channels/outbound/guard.ts';
import { createOutbound } from '../../../channels/outbound/outbound.ts';

/** A server on loopback that counts what reaches it. */
async function target(location?: string) {
  let reached = 0;
  const server = createServer((_request, response) => {
    reached += 1;
    response.writeHead(location ? 302 : 200, location ? { location } : {}).end('secret');
  }).listen(0, '127.0.0.1');
  server.on('connection', () => {
    reached += 1;
  });
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { port, reached: () => reached };
}

const request = { method: 'POST', body: '{}' };
const rootOf = (error: Error): Error => (error.cause instanceof Error ? rootOf(error.cause) : error);
const refusedBy = async (promise: Promise<unknown>) => rootOf(await promise.then(Object, (error) => error));
const leadingTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('An address', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '239.1.1.1',
    '240.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '203.0.113.9',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::808:808',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::1',
    '100::1',
    '5f00::1',
    '3fff::1',
    '4000::1',
    'nonsense',
    '',
  ])('%s is not one that anybody may be sent to', (address) => {
    expect(isAllowedAddress([], address)).toBe(false);
  });

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '140.82.121.4',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '169.253.1.1',
    '2606:4700::1111',
    '2a00:1450::1',
    '64:ff9b::808:808',
    '::ffff:8.8.8.8',
  ])('%s is public', (address) => {
    expect(isAllowedAddress([], address)).toBe(true);
  });

  it('is allowed by itself, by its network, or by the name that leads to it, with its port or any', () => {
    expect(isAllowedAddress(['10.1.0.0/16'], '10.1.200.3')).toBe(true);
    expect(isAllowedAddress(['10.1.0.0/16'], '::ffff:10.1.200.3')).toBe(true);
    expect(isAllowedAddress(['10.1.0.0/16', 'fd00::/8'], '10.2.0.1')).toBe(false);
    expect(isAllowedAddress(['fd00::/8'], 'fd12::1')).toBe(true);
    expect(isAllowedAddress(['127.0.0.1'], '127.0.0.1')).toBe(true);
    expect(isAllowedAddress(['127.0.0.1'], '127.0.0.2')).toBe(false);
    expect(isAllowedHost(['Hooks.internal'], 'hooks.internal.', 80)).toBe(true);
    expect(isAllowedHost(['hooks.internal:8080'], 'hooks.internal', 8080)).toBe(true);
    expect(isAllowedHost(['hooks.internal:8080'], 'hooks.internal', 80)).toBe(false);
    expect(isAllowedHost(['hooks.internal'], 'evil-hooks.internal', 80)).toBe(false);
    expect(isAllowedHost(['[::1]:25'], '[::1]', 25)).toBe(true);
    expect(isAllowedHost([], 'localhost', 80)).toBe(false);
  });
});

describe('A request of the server to elsewhere', () => {
  it('does not reach loopback by any of its names, and does not open a connection to it', async () => {
    const { port, reached } = await target();
    const outbound = createOutbound([]);
    for (const host of [
      '127.0.0.1',
      'localhost',
      '127.1',
      '2130706433',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '[::ffff:127.0.0.1]',
      '[::1]',
      '0.0.0.0',
      '①②⑦.0.0.1',
    ]) {
      const error = await refusedBy(outbound.fetch(`http://${host}:${port}/`, request));
      expect(error, host).toBeInstanceOf(OutboundRefusedError);
      expect(error.message).not.toMatch(/127|local/);
    }
    expect(reached()).toBe(0);
  });

  it('reaches what is allowed by name, by address, or by name and port', async () => {
    const { port } = await target();
    for (const [allowed, host] of [
      ['127.0.0.1', '127.0.0.1'] as const,
      ['127.0.0.0/8', 'localhost'] as const,
      ['localhost', 'localhost'] as const,
      [`localhost:${port}`, 'localhost'] as const,
    ]) {
      const answer = await createOutbound([allowed], leadingTo('127.0.0.1')).fetch(
        `http://${host}:${port}/`,
        request,
      );
      expect(answer.status).toBe(200);
    }
    const other = createOutbound(['localhost:1'], leadingTo('127.0.0.1'));
    expect(await refusedBy(other.fetch(`http://localhost:${port}/`, request))).toBeInstanceOf(
      OutboundRefusedError,
    );
  });

  it('is not fooled by a name that leads elsewhere when it is asked again', async () => {
    const { port, reached } = await target();
    let asked = 0;
    const rebinding: Resolve = async () => {
      asked += 1;
      return [{ address: asked % 2 === 1 ? '203.0.114.1' : '127.0.0.1', family: 4 }];
    };
    const outbound = createOutbound([], rebinding);
    for (let round = 0; round < 4; round += 1) {
      const signal = AbortSignal.timeout(300);
      await outbound.fetch(`http://rebind.example.org:${port}/`, { ...request, signal }).catch(() => {});
    }
    expect(asked).toBeGreaterThan(1);
    expect(reached()).toBe(0);
  });

  it('connects to none of the private addresses among those of a name', async () => {
    const { port, reached } = await target();
    const mixed = createOutbound([], leadingTo('127.0.0.1', '::1', '169.254.169.254'));
    expect(await refusedBy(mixed.fetch(`http://mixed.example.org:${port}/`, request))).toBeInstanceOf(
      OutboundRefusedError,
    );
    const some = createOutbound([], leadingTo('127.0.0.1', '203.0.114.1'));
    const signal = AbortSignal.timeout(300);
    await some.fetch(`http://some.example.org:${port}/`, { ...request, signal }).catch(() => {});
    expect(reached()).toBe(0);
  });

  it('does not follow a redirect, wherever it leads', async () => {
    const inner = await target();
    const outer = await target(`http://127.0.0.1:${inner.port}/latest/meta-data`);
    const answer = await createOutbound(['127.0.0.1']).fetch(`http://127.0.0.1:${outer.port}/`, request);
    expect(answer.status).toBe(302);
    expect(inner.reached()).toBe(0);
  });

  it('is made by http and https alone', async () => {
    const outbound = createOutbound(['127.0.0.1']);
    for (const url of [
      'file:///etc/passwd',
      'ftp://example.org/',
      'data:text/plain,x',
      'gopher://127.0.0.1/',
    ])
      expect(await refusedBy(outbound.fetch(url, request))).toBeInstanceOf(OutboundRefusedError);
  });

  it('to a mail server follows the same rules', async () => {
    const { port, reached } = await target();
    const { signal } = new AbortController();
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.1'])
      expect(await refusedBy(createOutbound([]).connect(host, port, signal))).toBeInstanceOf(
        OutboundRefusedError,
      );
    expect(reached()).toBe(0);
    const socket = await createOutbound(['127.0.0.1']).connect('127.0.0.1', port, signal);
    expect(socket.remotePort).toBe(port);
    socket.destroy();
  });
});
