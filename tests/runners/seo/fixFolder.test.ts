import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSite } from '../../../runners/seo/check.ts';
import { applyEdits } from '../../../runners/seo/fix/applyEdits.ts';
import { fixFolder } from '../../../runners/seo/fix/fixFolder.ts';
import { readFolder } from '../../../runners/seo/read/folder.ts';
import { allRules } from '../../../runners/seo/rules/all.ts';
import {
  goodParts,
  origin,
  otherPage,
  pageOf,
  read,
  rulesOf,
  sitemapOf,
  sourceOf,
  writeFolder,
  writeSite,
} from './siteFolder.ts';

const everything = { only: [], ignore: [] };
const base = new URL(`${origin}/`);

const fix = (folder: string, more = {}) =>
  fixFolder(sourceOf(folder, { shown: '.', ...more }), folder, everything);

describe('Fixing a folder', () => {
  it('adds what has one right answer, indented like its neighbours, and nothing else', async () => {
    const page = pageOf({ charset: '', viewport: '', canonical: '', openGraph: '', twitter: '' });
    const folder = await writeSite(page);
    const { left } = await fix(folder, { base });
    expect(await read(folder, 'index.html')).toBe(
      page
        .replace('<head>\n', '<head>\n    <meta charset="utf-8">\n')
        .replace(goodParts.description, `${goodParts.description}\n    ${goodParts.viewport}`),
    );
    expect(rulesOf(left)).toEqual([
      'canonical/missing',
      ...['description', 'image', 'title', 'type', 'url'].map((name) => `openGraph/${name}`),
      'twitter/card',
    ]);
    expect(left.every(({ hint }) => hint !== undefined)).toBe(true);
  });

  it('closes tags as the page closes its others', async () => {
    const page = pageOf({ viewport: '' }).replace(/(<(?:meta|link)[^>]*)>/g, '$1 />');
    const folder = await writeSite(page);
    await fix(folder);
    expect(await read(folder, 'index.html')).toContain(goodParts.viewport.replace('>', ' />'));
  });

  it('invents nothing: no alt, no description, no title, no language, no address', async () => {
    const page =
      '<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<meta property="og:type" content="x">\n<meta name="twitter:card" content="summary">\n</head>\n<body><img src="a.png"></body>\n</html>';
    const folder = await writeFolder({ 'index.html': page });
    const { edits, left } = await fix(folder);
    expect(edits).toEqual([]);
    expect(await read(folder, 'index.html')).toBe(page);
    expect(rulesOf(left)).toEqual(
      expect.arrayContaining(['image/alt', 'lang/missing', 'title/missing', 'canonical/missing']),
    );
  });

  it('suggests the language that the page names elsewhere, or else the one that the user named', async () => {
    const locale = '<meta property="og:locale" content="de_AT">';
    const folder = await writeSite(pageOf({ html: '<html>', more: locale }), {
      'lens.html': otherPage('lens', { html: '<html class="a">' }),
    });
    const { edits, left } = await fix(folder, { language: 'en' });
    expect(edits).toEqual([]);
    expect(left.filter(({ rule }) => rule === 'lang/missing').map(({ hint }) => hint)).toEqual([
      'Add lang="de-AT" to <html>.',
      'Add lang="en" to <html>.',
    ]);
  });

  it('makes the one canonical link of a page absolute, and leaves the sitemap to its author', async () => {
    const folder = await writeSite(pageOf({ canonical: '<link href=/ rel=canonical>' }), {
      'lens.html': otherPage('lens'),
    });
    const { left } = await fix(folder, { base });
    expect(await read(folder, 'index.html')).toBe(
      pageOf({ canonical: `<link href="${origin}/" rel=canonical>` }),
    );
    expect(await read(folder, 'sitemap.xml')).toBe(sitemapOf('/'));
    expect(left).toMatchObject([{ rule: 'sitemap/unlisted', hint: expect.stringContaining('/lens.html') }]);
  });

  it.each([
    ['there are two', '<link rel="canonical" href="/"><link rel="canonical" href="/lens.html">'],
    ['it leads to no page', '<link rel="canonical" href="/gone.html">'],
    ['it leads to a place within the page', '<link rel="canonical" href="#top">'],
    ['its page is noindex', '<link rel="canonical" href="/"><meta name="robots" content="noindex">'],
    [
      'its page leads on',
      '<link rel="canonical" href="/"><meta http-equiv="refresh" content="0; url=lens.html">',
    ],
  ])('leaves a relative canonical link as it is where %s', async (_, canonical) => {
    const page = pageOf({ canonical });
    const folder = await writeSite(page, { 'lens.html': otherPage('lens') });
    const { edits } = await fix(folder, { base });
    expect(edits).toEqual([]);
    expect(await read(folder, 'index.html')).toBe(page);
  });

  it('keeps Windows line ends and the byte order mark', async () => {
    const page = `\uFEFF${pageOf({ viewport: '' }).replaceAll('\n', '\r\n')}`;
    const folder = await writeSite(page);
    await fix(folder);
    const text = await read(folder, 'index.html');
    expect(text.startsWith('\uFEFF<!doctype')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text).toContain(`\r\n    ${goodParts.viewport}`);
  });

  it('leaves a file that is not UTF-8 as it is', async () => {
    const folder = await writeSite(pageOf());
    const bytes = Buffer.from(pageOf({ viewport: '', body: '<h1>Caf\xe9</h1>' }), 'latin1');
    await writeFile(join(folder, 'index.html'), bytes);
    const { edits } = await fix(folder);
    expect(edits).toEqual([]);
  });

  it('is done after one run, and takes nothing away from any page', async () => {
    const folder = await writeSite(pageOf());
    await fc.assert(
      fc.asyncProperty(anyPage, fc.boolean(), async (page, published) => {
        await writeFile(join(folder, 'index.html'), page);
        await writeFile(join(folder, 'sitemap.xml'), sitemapOf());
        const from = sourceOf(folder, { shown: '.', base: published ? base : undefined, language: 'en' });
        const first = await fixFolder(from, folder, everything);
        const once = await read(folder, 'index.html');
        expect(checkSite(await readFolder(from), allRules, everything).filter(({ fix }) => fix)).toEqual([]);
        expect((await fixFolder(from, folder, everything)).edits).toEqual([]);
        expect(await read(folder, 'index.html')).toBe(once);
        expect(isKept(page, once)).toBe(true);
        expect(first.edits.length === 0).toBe(
          once === page && (await read(folder, 'sitemap.xml')) === sitemapOf(),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('applies edits in the order of their places, and of two that overlap the first', () => {
    const edit = (start: number, end: number, text: string) => ({
      file: 'a',
      start,
      end,
      text,
      summary: text,
    });
    const edits = [edit(4, 5, 'E'), edit(0, 2, 'AB'), edit(1, 3, '!'), edit(2, 2, '-'), edit(2, 2, '+')];
    expect(applyEdits('abcdef', edits).text).toBe('AB-+cdEf');
    expect(applyEdits('\uFEFFabcdef', edits).text).toBe('\uFEFFAB-+cdEf');
  });
});

/** Everything that was on the page is still there in its order; only space around a title and relative addresses may go. */
function isKept(before: string, after: string): boolean {
  const essence = (text: string) =>
    text
      .replace(/(<title[^>]*>)\s+|\s+(<\/title)/g, '$1$2')
      .replace(/(href|content)=("[./][^"]*"|\/[^\s>]*)/g, '');
  let from = 0;
  const rest = essence(after);
  for (const character of essence(before)) {
    const found = rest.indexOf(character, from);
    if (found < 0) return false;
    from = found + 1;
  }
  return true;
}

const eol = fc.constantFrom('\n', '\r\n', '', '\n\t');
const tag = fc.constantFrom(
  '<meta charset=utf-8>',
  '<meta http-equiv="content-type" content="text/html; charset=latin1">',
  '<META NAME="viewport" CONTENT="width=device-width">',
  '<title>  A <b> &amp; B</title>',
  '<title>\n Long enough a title \n</title>',
  '<title></title>',
  '<title>&nbsp;x</title>',
  '<meta name="description" content="A &quot;quoted&quot; text with <angles> &amp; more words to make it long">',
  '<link rel=canonical href=/>',
  '<link rel="canonical" href="./index.html"/>',
  '<link rel="canonical" href="https://light.example/">',
  '<link rel="canonical" href="">',
  '<meta property="og:url" content="/">',
  '<meta property="og:image" content="tower.png" />',
  '<meta property="og:title" content="">',
  '<meta property="og:locale" content="fr_FR">',
  '<meta name="robots" content="noindex">',
  '<base href="/deeper/">',
  '<script>const a = "<head><title>x</title>";</script>',
  '<!-- <head> <title>not one</title> -->',
  '<style>a{}</style>',
  '<noscript><link rel="stylesheet" href="x.css"></noscript>',
);
const bodyPart = fc.constantFrom(
  '<h1>Ä</h1>',
  '<img src=a.png>',
  '<img src="tower.png" role="none"/>',
  '<img aria-hidden="true" src=a/>',
  '<svg><title> t </title></svg>',
  '<p>𝕏 text',
  '<table><img role=presentation src=b></table>',
  '<title>late</title>',
  '<meta charset="utf-8">',
);
const anyPage = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.constantFrom('<!doctype html>', '<!DOCTYPE html>\n<!-- c -->', ''),
    fc.constantFrom('<html>', '<html lang="en">', '<HTML class=a>', '', '<html lang="">'),
    fc.constantFrom('<head>', '<head prefix="og: x">', ''),
    fc.array(fc.tuple(tag, eol), { maxLength: 10 }),
    fc.constantFrom('</head><body>', '</head>\n', ''),
    fc.array(fc.tuple(bodyPart, eol), { maxLength: 4 }),
    fc.constantFrom('</body></html>\n', ''),
  )
  .map((parts) => parts.flat(2).join(''));
