import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { findPageIn } from '../../../server/pages/builtPage.ts';
import { describeOnEither } from '../../support/databases.ts';
import { tempDir } from '../../support/tempDir.ts';
import { serve } from '../serve.ts';

describeOnEither('The built page', (database) => {
  const served = () => serve(database.db());
  const scriptOf = (html: string) => /src="[./]*(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';

  it.each([
    ['/', './'],
    ['/tasks', './'],
    ['/tasks/', '../'],
    ['/tasks/42', '../'],
    ['/runs/acme/site:nightly', '../../'],
    ['/plans/nightly', '../'],
    ['/approvals', './'],
    ['/approvals/42', '../'],
    ['/trends', './'],
    ['/settings/keys', '../'],
  ])('is at %s, without a key, and finds its files from there', async (path, up) => {
    const { send } = await served();
    const { status, headers, text } = await send(path, { key: null });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(text).toContain(`src="${up}assets/`);
    expect(text).toContain(`src="${up}theme.js"`);
    expect(text).not.toMatch(/<script>|<style|style="/);
    expect(headers['content-security-policy']).toContain("script-src 'self'; style-src 'self'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it('is at addresses as deep as names can make them, and at none deeper, of each of which it would keep a document', async () => {
    const { send } = await served();
    const [deepest, deeper] = await Promise.all([
      send(`/plans/${'a/'.repeat(96)}b`),
      send(`/runs${'/'.repeat(5000)}`),
    ]);
    expect([deepest.status, deepest.text.includes(`src="${'../'.repeat(97)}assets/`)]).toEqual([200, true]);
    expect([deeper.status, deeper.json()]).toEqual([
      404,
      { detail: 'No view of the page has such a long address.' },
    ]);
  });

  it('has files that browsers keep for good, packed as they take them', async () => {
    const { send } = await served();
    const path = `/${scriptOf((await send('/')).text)}`;
    const plain = await send(path, { key: null });
    expect([plain.status, plain.headers['content-type'], plain.headers['cache-control']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
    const packed = async (encoding: string) => send(path, { headers: { 'accept-encoding': encoding } });
    const [br, gzip] = [await packed('gzip, deflate, br'), await packed('gzip')];
    expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip']);
    expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect((await send(path, { method: 'HEAD' })).headers['content-length']).toBe(String(plain.body.length));
  });

  it.each([
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['br; Q=0.000, gzip;q=0', undefined],
    ['identity, x-br', undefined],
    ['BR', 'br'],
  ])('is packed for who takes "%s" only as they take it', async (takes, encoding) => {
    const { send } = await served();
    const path = `/${scriptOf((await send('/')).text)}`;
    const { status, headers } = await send(path, { headers: { 'accept-encoding': takes } });
    expect([status, headers['content-encoding']]).toEqual([200, encoding]);
  });

  it('is not sent again while it is the same', async () => {
    const { send } = await served();
    const { etag = '' } = (await send('/tasks')).headers;
    expect((await send('/tasks', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await send('/tasks', { headers: { 'if-none-match': '"older"' } })).status).toBe(200);
  });

  it('has no other files, whatever the path is', async () => {
    const { send } = await served();
    const paths = [
      '/assets/none.js',
      '/assets/../index.html',
      '/assets/%2e%2e/.vite/manifest.json',
      '/assets/',
    ];
    for (const path of [...paths, '/.vite/manifest.json', '/index.html'])
      expect([path, (await send(path)).status]).toEqual([path, 404]);
  });

  it('is not there until it is built: the server says how to get it, and has it as soon as it is there', async () => {
    const folder = join(tempDir(), 'dist');
    const { send } = await serve(database.db(), {}, { findPage: findPageIn(folder) });
    const { status, text } = await send('/');
    expect([status, text]).toEqual([200, expect.stringContaining('npm run build')]);
    expect((await send('/settings/keys')).headers.location).toBe('../');
    expect((await send('/assets/a.js')).status).toBe(404);
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.html'), '<title>built</title>');
    expect((await send('/')).text).toBe('<title>built</title>');
    expect((await send('/settings/keys')).text).toBe('<title>built</title>');
  });
});
