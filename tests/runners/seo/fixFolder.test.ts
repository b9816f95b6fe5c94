import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSite } from '../../../orchestrator/runners/seo/check.ts';
import { applyEdits } from '../../../orchestrator/runners/seo/fix/applyEdits.ts';
import { fixFolder } from '../../../orchestrator/runners/seo/fix/fixFolder.ts';
import { readFolder } from '../../../orchestrator/runners/seo/read/folder.ts';
import { allRules } from '../../../orchestrator/runners/seo/rules/all.ts';
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
  it('adds what follows from the page itself, indented like its neighbours', async () => {
    const page = pageOf({ charset: '', viewport: '', canonical: '', openGraph: '', twitter: '' });
    const folder = await writeSite(page);
    const { left } = await fix(folder, { base });
    expect(await read(folder, 'index.html')).toBe(
      page
        .replace('<head>\n', '<head>\n    <meta charset="utf-8">\n')
        .replace(goodParts.description, (description) =>
          [
            description,
            goodParts.viewport,
            goodParts.canonical,
            '<meta property="og:title" content="A lighthouse on its own island">',
            `<meta property="og:description" content="${/content="([^"]*)"/.exec(description)?.[1]}">`,
            '<meta property="og:type" content="website">',
            `<meta property="og:url" content="${origin}/">`,
            goodParts.twitter,
          ].join('\n    '),
        ),
    );
    expect(rulesOf(left)).toEqual(['openGraph/image']);
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

  it('declares the language that the page names elsewhere, or else the one that the user named', async () => {
    const locale = '<meta property="og:locale" content="de_AT">';
    const folder = await writeSite(pageOf({ html: '<html>', more: locale }), {
      'lens.html': otherPage('lens', { html: '<html class="a">' }),
    });
    await fix(folder, { language: 'en' });
    expect(await read(folder, 'index.html')).toContain('<html lang="de-AT">');
    expect(await read(folder, 'lens.html')).toContain('<html class="a" lang="en">');
  });

  it('gives an empty alt only to images that are marked as decoration', async () => {
    const images =
      '<h1>A</h1><img src="tower.png" role="presentation"/><img src=tower.png aria-hidden=true><img src="tower.png">';
    const folder = await writeSite(pageOf({ body: images }));
    await fix(folder);
    expect(await read(folder, 'index.html')).toBe(
      pageOf({
        body: images
          .replace('"presentation"', '"presentation" alt=""')
          .replace('aria-hidden=true', 'aria-hidden=true alt=""'),
      }),
    );
  });

  it('lists pages in the sitemap in its own style and makes relative addresses absolute', async () => {
    const folder = await writeSite(pageOf({ canonical: '<link href=/ rel=canonical>' }), {
      'lens.html': otherPage('lens'),
    });
    await fix(folder, { base });
    expect(await read(folder, 'index.html')).toBe(
      pageOf({ canonical: `<link href="${origin}/" rel=canonical>` }),
    );
    expect(await read(folder, 'sitemap.xml')).toBe(
      sitemapOf('/').replace('</url>\n<', `</url>\n  <url><loc>${origin}/lens.html</loc></url>\n<`),
    );
  });

  it('keeps Windows line ends and the byte order mark', async () => {
    const page = `\uFEFF${pageOf({ viewport: '', twitter: '' }).replaceAll('\n', '\r\n')}`;
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

  it('escapes what it copies from one place of a page to another', async () => {
    const title = '<title>Keepers &amp; "their" goats &lt;b&gt;</title>';
    const folder = await writeSite(pageOf({ title, openGraph: '' }));
    await fix(folder);
    const { pages } = await readFolder(sourceOf(folder));
    expect(pages[0]?.$('meta[property="og:title"]').attr('content')).toBe('Keepers & "their" goats <b>');
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
