import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkSite } from '../../../runners/seo/check.ts';
import { readWebsite, type WebsiteSource } from '../../../runners/seo/read/website.ts';
import { allRules } from '../../../runners/seo/rules/all.ts';
import { withEnoughTime } from '../../support/enoughTime.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { goodParts, origin, otherPage, pageOf, rulesOf, sitemapOf } from './siteFolder.ts';
import { type Answer, serveSite } from './siteServer.ts';

const local = (text: string) => text.replaceAll(origin, '{origin}');
const xml = (text: string): Answer => ({ type: 'application/xml', body: local(text) });
const robots = (text: string): Answer => ({ type: 'text/plain', body: text });
const linking = (...paths: string[]) =>
  local(pageOf({ body: `<h1>A</h1>${paths.map((path) => `<a href="${path}">to ${path}</a>`).join('')}` }));

function readSite(address: string, more: Partial<WebsiteSource> = {}) {
  return readWebsite({
    site: new URL(address),
    published: undefined,
    maxPages: 200,
    timeoutMs: waitLimitMs,
    delayMs: 0,
    concurrency: 4,
    maxBytes: 100_000,
    log: () => undefined,
    ...more,
  });
}

async function check(address: string, more: Partial<WebsiteSource> = {}) {
  const site = await readSite(address, more);
  const issues = checkSite(site, allRules, { only: [], ignore: [] });
  return { site, issues, names: site.pages.map(({ name }) => name) };
}

const common: Record<string, Answer> = {
  '/': local(pageOf()),
  '/tower.png': { type: 'image/png' },
  '/robots.txt': robots('User-agent: *\nAllow: /\nSitemap: {origin}/sitemap.xml\n'),
  '/sitemap.xml': xml(sitemapOf('/', '/lens.html')),
  '/lens.html': local(otherPage('lens')),
};
const serve = (answers: Record<string, Answer>) =>
  serveSite((path) => (path in answers ? answers[path] : common[path]));

describe('Reading a website', () => {
  it('finds nothing on a site that is in order, and introduces itself', async () => {
    const server = await serve({});
    const { issues, names } = await check(server.origin);
    expect(issues).toEqual([]);
    expect(names).toEqual(['/', '/lens.html']);
    expect([...server.agents]).toEqual(['NightshiftSeo/1.0']);
    expect(server.requests[0]).toBe('GET /robots.txt');
    expect(server.requests.length).toBe(new Set(server.requests).size);
  });

  it('follows an index of sitemaps, a packed one among them', async () => {
    const index = sitemapOf('/pages.xml.gz')
      .replaceAll('urlset', 'sitemapindex')
      .replaceAll('url>', 'sitemap>');
    const server = await serve({
      '/sitemap.xml': xml(index),
      '/pages.xml.gz': (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/gzip' });
        response.end(gzipSync(sitemapOf('/', '/lens.html').replaceAll(origin, server.origin)));
      },
    });
    const { issues, names } = await check(server.origin);
    expect(issues).toEqual([]);
    expect(names).toEqual(['/', '/lens.html']);
  });

  it('follows links when there is no sitemap', async () => {
    const server = await serve({
      '/': linking('/lens.html', '/paper.pdf', 'https://other.example/', '/gone'),
      '/robots.txt': { status: 404 },
      '/sitemap.xml': { status: 404 },
      '/paper.pdf': { type: 'application/pdf', body: 'pdf' },
    });
    const { issues, names } = await check(server.origin);
    expect(names).toEqual(['/', '/lens.html']);
    expect(rulesOf(issues)).toEqual(['link/broken', 'robotsTxt/missing', 'sitemap/missing']);
    expect(issues.find(({ rule }) => rule === 'link/broken')?.message).toContain(
      '/gone leads nowhere (HTTP 404)',
    );
  });

  it('follows redirects within the site and reports the links and entries that need them', async () => {
    const server = await serve({
      '/': linking('/old', '/away', '/loop'),
      '/old': { status: 301, headers: { location: '/lens.html' } },
      '/away': { status: 302, headers: { location: 'https://other.example/' } },
      '/loop': { status: 302, headers: { location: '/loop' } },
      '/sitemap.xml': xml(sitemapOf('/', '/old', '/lens.html')),
    });
    const { issues, names } = await check(server.origin);
    expect(names).toEqual(['/', '/lens.html']);
    expect(issues.filter(({ rule }) => rule === 'link/moved')).toHaveLength(2);
    expect(rulesOf(issues)).toEqual(['link/broken', 'link/moved', 'site/page', 'sitemap/moved']);
  });

  it('stays away from what robots.txt forbids, and says so', async () => {
    const server = await serve({
      '/': linking('/secret/a', '/secret/b', '/lens.html'),
      '/robots.txt': robots('User-agent: *\nDisallow: /secret/\nSitemap: {origin}/sitemap.xml\n'),
      '/sitemap.xml': xml(sitemapOf('/', '/lens.html', '/secret/a')),
    });
    const { site, issues } = await check(server.origin);
    expect(server.requests.filter((request) => request.includes('secret'))).toEqual([]);
    expect(rulesOf(issues)).toEqual(['sitemap/blocked']);
    expect(site.notChecked).toEqual([{ what: '2 URLs', why: 'robots.txt excludes them' }]);
  });

  it('reads nothing, and fails, when robots.txt forbids everything or cannot be had', async () => {
    const locked = await serve({ '/robots.txt': robots('User-agent: *\nDisallow: /\n') });
    const first = await check(locked.origin);
    expect(rulesOf(first.issues)).toContain('site/noPages');
    expect(locked.requests.filter((request) => request.endsWith(' /'))).toEqual([]);
    const broken = await serve({ '/robots.txt': { status: 503, type: 'text/plain' } });
    expect(rulesOf((await check(broken.origin)).issues)).toEqual(['site/robots']);
    expect(broken.requests).toEqual(['GET /robots.txt', 'GET /robots.txt']);
  });

  it('reports pages that answer 500, hang, are huge, or break off, and reads the rest', async () => {
    const server = await serve({
      '/': linking('/error', '/slow', '/huge', '/cut', '/lens.html'),
      '/error': { status: 500 },
      '/slow': () => undefined,
      '/huge': `<html>${'x'.repeat(200_000)}`,
      '/cut': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000' });
        response.write('<html>', () => response.destroy());
      },
    });
    const { result, limitMs } = await withEnoughTime(
      400,
      (timeoutMs) => check(server.origin, { timeoutMs }),
      ({ names }) => names.includes('/lens.html'),
    );
    const { issues, names } = result;
    expect(names).toEqual(['/', '/lens.html']);
    const unread = issues
      .filter(({ rule }) => rule === 'site/page')
      .map(({ url, message }) => `${url?.slice(server.origin.length)} ${message}`);
    expect(unread.sort()).toEqual([
      expect.stringMatching(/^\/cut The page cannot be read/),
      expect.stringMatching(/^\/error .*HTTP 500/),
      expect.stringMatching(/^\/huge .*larger than 100000 bytes/),
      expect.stringContaining(`no answer within ${limitMs / 1000} s`),
    ]);
  });

  it('tries once more what failed once', async () => {
    let asked = 0;
    const server = await serve({
      '/lens.html': (_request, response) => {
        asked += 1;
        response.writeHead(asked === 1 ? 503 : 200, { 'content-type': 'text/html' });
        response.end(otherPage('lens').replaceAll(origin, server.origin));
      },
    });
    const { issues } = await check(server.origin);
    expect(issues).toEqual([]);
    expect(asked).toBe(2);
  });

  it('is not caught by links without end', async () => {
    const server = await serveSite((path) => {
      const depth = Number(/^\/trap\/(\d+)/.exec(path)?.[1] ?? 0);
      return linking(`/trap/${depth + 1}`, `/trap/${depth + 1}?again=${depth}`, `${'/long'.repeat(500)}`);
    });
    const { site } = await check(server.origin, { maxPages: 25 });
    expect(site.pages).toHaveLength(25);
    expect(server.requests.length).toBeLessThan(40);
    expect(site.notChecked).toEqual([
      { what: expect.stringMatching(/^\d+ more URLs$/), why: '--max-pages is 25' },
    ]);
  });

  it('asks at most four things at a time, and waits between them when told to', async () => {
    const paths = Array.from({ length: 12 }, (_, index) => `/page${index}`);
    const later: Answer = (_request, response) => {
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<html></html>');
      }, 20);
    };
    const server = await serve({
      '/': linking(...paths),
      ...Object.fromEntries(paths.map((path) => [path, later])),
    });
    await readSite(server.origin);
    expect(server.busiest).toBeGreaterThan(1);
    expect(server.busiest).toBeLessThanOrEqual(4);
    const start = performance.now();
    await readSite(server.origin, { delayMs: 30, maxPages: 8 });
    expect(performance.now() - start).toBeGreaterThan(8 * 30);
  });

  it('fails with a clear word when nobody answers', async () => {
    const { issues, site } = await check('http://127.0.0.1:9/');
    expect(issues).toMatchObject([
      { rule: 'site/unreachable', severity: 'error', message: expect.stringContaining('cannot be reached') },
    ]);
    expect(site.notChecked).toEqual([{ what: 'every page', why: 'the site could not be read' }]);
  });

  it('fails when the site lives elsewhere, and names the address to set', async () => {
    const away: Answer = { status: 301, headers: { location: 'https://www.light.example/robots.txt' } };
    const server = await serveSite(() => away);
    expect((await check(server.origin)).issues).toMatchObject([
      { rule: 'site/moved', hint: expect.stringContaining('https://www.light.example') },
    ]);
  });

  it('fails when the front page is no HTML', async () => {
    const server = await serve({
      '/': { type: 'application/json', body: '{}' },
      '/sitemap.xml': { status: 404 },
    });
    expect(rulesOf((await check(server.origin)).issues)).toContain('site/noPages');
  });

  it('gives up on a site that stops answering in the middle', async () => {
    const paths = Array.from({ length: 40 }, (_, index) => `/page${index}`);
    const reset: Answer = (request) => request.socket.destroy();
    const server = await serve({
      '/': linking(...paths),
      ...Object.fromEntries(paths.map((path) => [path, reset])),
    });
    const { issues } = await check(server.origin);
    expect(rulesOf(issues)).toContain('site/stopped');
    expect(server.requests.length).toBeLessThan(60);
  });

  it('takes a copy for the published site when told its address', async () => {
    const server = await serveSite((path) => {
      const answer = common[path];
      const text = typeof answer === 'string' ? answer : '';
      if (path === '/robots.txt') return robots(`User-agent: *\nAllow: /\nSitemap: ${origin}/sitemap.xml\n`);
      if (path === '/sitemap.xml') return { type: 'application/xml', body: sitemapOf('/', '/lens.html') };
      return text === '' ? answer : text.replaceAll('{origin}', origin);
    });
    const { issues, names } = await check(server.origin, { published: new URL(`${origin}/`) });
    expect(issues).toEqual([]);
    expect(names).toEqual(['/', '/lens.html']);
  });

  it.each(['/http://[', '/http:', '//[', '/a:b', '/%zz', '/%ff'])(
    'reads on past the odd address %s, of a copy too',
    async (path) => {
      const link = `<a href="${origin}${path}">A</a>`;
      const server = await serve({ '/': linking('/lens.html').replace('</body>', `${link}</body>`) });
      const { names, issues } = await check(server.origin, { published: new URL(`${origin}/`) });
      expect(names).toContain('/lens.html');
      expect(rulesOf(issues)).toContain('link/broken');
    },
  );

  it('reads on past a page that nests without end', async () => {
    const server = await serve({ '/': linking('/deep', '/lens.html'), '/deep': '<div>'.repeat(10_000) });
    const { names, issues } = await check(server.origin);
    expect(names).toEqual(['/', '/lens.html']);
    expect(issues.find(({ rule }) => rule === 'site/page')?.message).toContain('it nests more than');
  });

  it('heeds the charset and X-Robots-Tag of the server', async () => {
    const body = Buffer.from(
      local(otherPage('lens')).replace('<meta charset="utf-8">', '').replace('It has', 'Caf\xe9 has'),
      'latin1',
    );
    const server = await serve({
      '/lens.html': {
        type: 'text/html; charset=iso-8859-1',
        headers: { 'x-robots-tag': 'noindex' },
        body,
      },
      '/': linking('/lens.html'),
    });
    const { site, issues } = await check(server.origin);
    const lens = site.pages.find(({ name }) => name === '/lens.html');
    expect(lens?.hidden).toBe('noindex');
    expect(lens?.source).toContain('Café has');
    expect(rulesOf(issues)).toContain('charset/legacy');
  });

  it('reads only what is below the address that it was given', async () => {
    const server = await serve({
      '/docs/': linking('/docs/a.html', '/elsewhere.html', '../up.html').replace(goodParts.twitter, ''),
      '/docs/a.html': local(otherPage('a')),
      '/docs/sitemap.xml': { status: 404 },
    });
    const { names } = await check(`${server.origin}/docs`);
    expect(names).toEqual(['/docs/', '/docs/a.html']);
  });
});
