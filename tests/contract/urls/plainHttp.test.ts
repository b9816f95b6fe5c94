import { describe, expect, it, vi } from 'vitest';
import { isPlainHttp } from '../../../contract/urls/plainHttp.ts';
import { readServerConfig } from '../../../server/config.ts';
import { keysInTheClear } from '../../../server/plainHttp.ts';

describe('A key that is sent over plain HTTP', () => {
  it.each([
    ['http://nightshift.example.org', true],
    ['http://10.0.0.5:8001', true],
    ['http://127.example.org', true],
    ['http://[2001:db8::1]', true],
    ['https://nightshift.example.org', false],
    ['http://localhost:8001', false],
    ['http://127.0.0.2', false],
    ['http://[::1]:8001', false],
    ['http://[::ffff:127.0.0.1]', false],
    ['http://a.localhost', false],
  ])('to %s can be read on the way: %s', (url, isReadable) => {
    expect(isPlainHttp(url)).toBe(isReadable);
  });

  it('is told of once a process, and only where there is a key', async () => {
    vi.resetModules();
    const { warnOfPlainHttp } = await import('../../../orchestrator/cli/warnOfPlainHttp.ts');
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    warnOfPlainHttp('http://a.example.org', undefined, say);
    warnOfPlainHttp('https://a.example.org', 'a key', say);
    warnOfPlainHttp('http://127.0.0.1:8001', 'a key', say);
    expect(said).toEqual([]);
    for (const path of ['/x', '/y']) warnOfPlainHttp(`http://a.example.org${path}`, 'a key', say);
    expect(said).toEqual([
      'warning: API_KEY is sent to http://a.example.org over plain HTTP, where anyone on the network can read it. Use an https:// URL.',
    ]);
  });

  it('of the server is told of when it starts, whichever key it is', () => {
    const told = (variables: Record<string, string>) => keysInTheClear(readServerConfig(variables));
    const [api, collector] = ['http://github.example.org/api/v3', 'http://collector.example.org'];
    expect(told({ GITHUB_TOKEN: 'token', GITHUB_API_URL: api })).toEqual([
      expect.stringContaining('GITHUB_TOKEN is sent to http://github.example.org'),
    ]);
    expect(told({ METRICS_URL: collector, METRICS_KEY: 'key' })).toHaveLength(1);
    expect(told({ GITHUB_API_URL: api, METRICS_URL: collector })).toEqual([]);
  });
});
