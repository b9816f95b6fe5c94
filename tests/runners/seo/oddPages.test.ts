import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSite } from '../../../runners/seo/check.ts';
import type { Issue } from '../../../runners/seo/issue.ts';
import { readFolder } from '../../../runners/seo/read/folder.ts';
import { allRules } from '../../../runners/seo/rules/all.ts';
import {
  goodParts,
  issuesOf,
  origin,
  otherPage,
  pageOf,
  rulesOf,
  sitemapOf,
  sourceOf,
  writeFolder,
  writeSite,
} from './siteFolder.ts';

/** Addresses that break what expects them to be well written. */
const addresses = [
  '%zz',
  '%',
  '%ff%fe',
  '%E0%A4%A',
  'a%2Fb%00c',
  'http://%zz/',
  'https://light.example/%zz',
  'https://light.example/%ff.html#%zz',
  'https://light.example:99999/',
  'https://[::1',
  'https://',
  '//',
  '///a',
  '//%',
  'http:',
  'http:a',
  'javascript:%zz',
  'data:text/html,%zz',
  'mailto:%zz',
  'blob:https://light.example/%zz',
  'file:///%zz',
  '#%zz',
  '?%zz=%',
  '\u0000',
  '&#0;',
  '&#xD800;',
  '&#x110000;',
  '&#99999999999;',
  '&ampamp;%',
  '\uFFFE\u{1F4A9}',
  ' \t\n ',
  '..//..//..%2f',
  'a'.repeat(5000),
];

describe('An odd page', () => {
  it.each(['%zz', '%ff', '/%zz.html', `${origin}/%E0%A4%A`])(
    'with the canonical link %s is a finding of that page, whether or not the published URL is known',
    async (href) => {
      const canonical = `<link rel="canonical" href="${href}">`;
      const pages = { 'index.html': pageOf({ canonical }), 'lens.html': otherPage('lens') };
      for (const base of [undefined, new URL(`${origin}/`)]) {
        const issues = await issuesOf(await writeFolder(pages), { base });
        const found = issues.filter(({ rule }) => rule === 'canonical/invalid');
        expect(found).toMatchObject([{ severity: 'error', file: 'site/index.html', line: 8 }]);
        expect(found[0]?.message).toContain('a % that is not part of a valid escape');
      }
    },
  );

  it('never ends the run, nor hides what is found on other pages', async () => {
    const folder = await writeSite(pageOf(), {
      'lens.html': otherPage('lens', { viewport: '' }),
      'sitemap.xml': sitemapOf('/', '/lens.html'),
    });
    const alone = await issuesOf(folder);
    await fc.assert(
      fc.asyncProperty(oddPage, async (page) => {
        await writeFile(join(folder, 'odd.html'), page);
        const issues = await issuesOf(folder);
        expect(issues.filter(({ rule }) => rule.endsWith('/unchecked'))).toEqual([]);
        expect(issues.filter(({ file }) => file === 'site/lens.html').map(placeOf)).toEqual(
          alone.filter(({ file }) => file === 'site/lens.html').map(placeOf),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is a finding also when a check is not prepared for it', async () => {
    const context = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const folder = await writeSite(
      pageOf({ more: `<script type="application/ld+json">{ "@context": ${context} }</script>` }),
      { 'lens.html': otherPage('lens', { title: '' }) },
    );
    const issues = await issuesOf(folder);
    expect(issues).toContainEqual(
      expect.objectContaining({ rule: 'jsonLd/unchecked', severity: 'error', file: 'site/index.html' }),
    );
    expect(rulesOf(issues)).toContain('title/missing');
  });

  it('that nests without end is not read, and says so', async () => {
    const folder = await writeSite(pageOf(), { 'deep.html': `<html>${'<div>'.repeat(100_000)}` });
    expect(await issuesOf(folder)).toMatchObject([
      { rule: 'site/page', severity: 'error', file: 'site/deep.html' },
    ]);
  });

  it('is one whose name is no text, too, and the folder that has such a name', async () => {
    const folder = await writeSite(pageOf());
    const name = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]);
    await mkdir(name);
    await writeFile(Buffer.concat([name, Buffer.from('.html')]), pageOf());
    const site = await readFolder(sourceOf(folder));
    const issues = checkSite(site, allRules, { only: [], ignore: [] });
    expect(issues).toMatchObject([{ rule: 'site/page', file: 'site/caf\uFFFD.html' }]);
    expect(site.notChecked).toEqual([{ what: 'caf\uFFFD', why: 'the folder cannot be read' }]);
  });
});

function placeOf({ rule, message, file, line }: Issue) {
  return { rule, message, file, line };
}

const address = fc.oneof(fc.constantFrom(...addresses), fc.string({ unit: 'binary', maxLength: 12 }));
const element = fc.oneof(
  ...[
    (at: string) => `<link rel="canonical" href="${at}">`,
    (at: string) => `<base href="${at}">`,
    (at: string) => `<meta http-equiv="refresh" content="0; url=${at}">`,
    (at: string) => `<meta property="og:url" content="${at}">`,
    (at: string) => `<meta property="og:image" content="${at}">`,
    (at: string) => `<meta name="robots" content="${at}">`,
    (at: string) => `<meta name="viewport" content="maximum-scale=${at}">`,
    (at: string) => `<meta name="${at}" content="${at}">`,
    (at: string) => `<meta http-equiv="content-type" content="charset=${at}">`,
    (at: string) => `<title>${at}</title>`,
    (at: string) => `<a href="${at}" id="${at}" __proto__="${at}" constructor=1>${at}</a>`,
    (at: string) => `<a name="__proto__" href="#__proto__">${at}</a>`,
    (at: string) => `<img src="${at}" srcset="${at}" alt="${at}">`,
    (at: string) => `<script src="${at}"></script>`,
    (at: string) => `<script type="application/ld+json">{"@context":"schema.org","@type":"${at}"}</script>`,
    (at: string) => `<script type="application/ld+json">${at}</script>`,
    (at: string) => `<html lang="${at}">`,
    (at: string) => `<h2 ${at}>&${at};</h2>`,
    (at: string) => `<!--${at}--><svg><title>${at}`,
    (at: string) => `<template>${at}</template><noscript>${at}</noscript>`,
  ].map((write) => address.map(write)),
);
const oddPage = fc
  .tuple(fc.array(element, { maxLength: 6 }), fc.array(element, { maxLength: 6 }))
  .map(
    ([head, body]) =>
      `<!doctype html><html><head>${goodParts.charset}${head.join('')}</head><body>${body.join('')}</body></html>`,
  );
