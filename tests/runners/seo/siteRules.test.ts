import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../../runners/seo/read/folder.ts';
import {
  goodParts,
  issuesOf,
  origin,
  otherPage,
  pageOf,
  robotsTxt,
  rulesOf,
  sitemapOf,
  sourceOf,
  writeFolder,
  writeSite,
} from './siteFolder.ts';

const both = sitemapOf('/', '/lens.html');

describe('The rules for a site', () => {
  it('find nothing in two pages that are in order', async () => {
    const folder = await writeSite(pageOf(), { 'lens.html': otherPage('lens'), 'sitemap.xml': both });
    expect(await issuesOf(folder)).toEqual([]);
  });

  it('find titles and descriptions that two pages share', async () => {
    const { title, description } = goodParts;
    const folder = await writeSite(pageOf(), {
      'lens.html': otherPage('lens', { title, description }),
      'sitemap.xml': both,
    });
    expect(rulesOf(await issuesOf(folder))).toEqual(['duplicate/description', 'duplicate/title']);
  });

  it('allow the same title on a page that names the other as canonical', async () => {
    const folder = await writeSite(pageOf(), { 'copy.html': pageOf() });
    expect(rulesOf(await issuesOf(folder))).toEqual([]);
  });

  it('find pages that the sitemap leaves out and entries that lead nowhere', async () => {
    const folder = await writeSite(pageOf(), {
      'lens.html': otherPage('lens'),
      'sitemap.xml': sitemapOf('/', '/gone.html', '/'),
    });
    const issues = await issuesOf(folder);
    expect(rulesOf(issues)).toEqual(['sitemap/dead', 'sitemap/repeated', 'sitemap/unlisted']);
    expect(issues.find(({ rule }) => rule === 'sitemap/dead')).toMatchObject({
      file: 'site/sitemap.xml',
      line: 7,
    });
  });

  it.each([
    ['a tag that is not closed', (xml: string) => xml.replace('</url>', ''), 'sitemap/invalid'],
    [
      'an ampersand that is not escaped',
      (xml: string) => xml.replace('</loc>', '?a&b</loc>'),
      'sitemap/invalid',
    ],
    ['another root', (xml: string) => xml.replaceAll('urlset', 'pages'), 'sitemap/invalid'],
    ['no namespace', (xml: string) => xml.replace(/ xmlns="[^"]*"/, ''), 'sitemap/invalid'],
    ['a relative address', (xml: string) => xml.replace(`${origin}/<`, '/<'), 'sitemap/invalid'],
    [
      'two addresses in one entry',
      (xml: string) => xml.replace('</loc>', '</loc><loc>https://light.example/</loc>'),
      'sitemap/invalid',
    ],
    [
      'a date in words',
      (xml: string) => xml.replace('</loc>', '</loc><lastmod>May</lastmod>'),
      'sitemap/invalid',
    ],
    [
      'another origin',
      (xml: string) => xml.replace(`${origin}/<`, 'https://other.example/<'),
      'sitemap/outside',
    ],
  ])('find %s in the sitemap', async (_, spoil, rule) => {
    const folder = await writeSite(pageOf(), { 'sitemap.xml': spoil(sitemapOf('/')) });
    expect(rulesOf(await issuesOf(folder))).toContain(rule);
  });

  it('read an index of sitemaps, packed ones and plain lists too', async () => {
    const index = sitemapOf('/a.xml.gz', '/b.txt')
      .replaceAll('urlset', 'sitemapindex')
      .replaceAll('url>', 'sitemap>');
    const folder = await writeSite(pageOf(), {
      'lens.html': otherPage('lens'),
      'sitemap.xml': index,
      'a.xml.gz': gzipSync(sitemapOf('/')),
      'b.txt': `${origin}/lens.html\n`,
    });
    expect(await issuesOf(folder)).toEqual([]);
  });

  it('report a sitemap that robots.txt names and nobody wrote', async () => {
    const folder = await writeFolder({ 'index.html': pageOf(), 'tower.png': '', 'robots.txt': robotsTxt });
    expect(rulesOf(await issuesOf(folder))).toEqual(['sitemap/missing', 'sitemap/unreadable']);
  });

  it('find robots.txt missing, locked, without a sitemap, or with lines that nobody understands', async () => {
    const rules = async (text: string) =>
      rulesOf(await issuesOf(await writeSite(pageOf(), { 'robots.txt': text })));
    expect(await rules('User-agent: *\nDisallow: /\n')).toEqual([
      'robotsTxt/locked',
      'robotsTxt/sitemap',
      'sitemap/blocked',
    ]);
    expect(await rules(`Disalow: /x\n${robotsTxt}`)).toEqual(['robotsTxt/line']);
    expect(await rules(`Disallow: /x\n${robotsTxt}`)).toEqual(['robotsTxt/line']);
    const bare = await writeFolder({
      'index.html': pageOf(),
      'tower.png': '',
      'sitemap.xml': sitemapOf('/'),
    });
    expect(rulesOf(await issuesOf(bare))).toEqual(['robotsTxt/missing']);
  });

  it('understand addresses without .html and a site below a path', async () => {
    const deeper = (page: string) =>
      page.replaceAll(`${origin}/`, `${origin}/isle/`).replaceAll('lens.html"', 'lens"');
    const link = '<h1>A</h1><a href="/isle/lens">B</a><a href="lens#x">C</a><a href="./">D</a>';
    const folder = await writeSite(deeper(pageOf({ body: link })), {
      'lens.html': deeper(otherPage('lens', { body: '<h1 id="x">A</h1>' })),
      'sitemap.xml': deeper(both).replace('lens.html', 'lens'),
      'robots.txt': deeper(robotsTxt),
    });
    expect(await issuesOf(folder)).toEqual([]);
    const { base, pages } = await readFolder(sourceOf(folder));
    expect(base.href).toBe(`${origin}/isle/`);
    expect(pages.map(({ name }) => name)).toEqual(['/', '/lens']);
  });

  it('leave out what is no page and say so', async () => {
    const folder = await writeSite(pageOf(), {
      'part.html': '<p>only a part</p>',
      'big.html': `<html>${'x'.repeat(2000)}`,
    });
    const site = await readFolder(sourceOf(folder, { maxBytes: 1900 }));
    expect(site.notChecked.map(({ what }) => what)).toEqual(['big.html', 'part.html']);
  });
});
