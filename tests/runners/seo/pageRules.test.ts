import { describe, expect, it } from 'vitest';
import { inheritedNames } from '../../support/inheritedNames.ts';
import { goodParts, issuesOf, origin, pageOf, rulesOf, writeSite } from './siteFolder.ts';

type Parts = Partial<typeof goodParts>;

const ld = (text: string) => `<script type="application/ld+json">\n${text}\n</script>`;

const faults: [string, Parts, string[]][] = [
  ['a page without a fault', {}, []],
  ['no title', { title: '' }, ['title/missing']],
  ['an empty title', { title: '<title> </title>' }, ['title/missing']],
  ['two titles', { title: `${goodParts.title}<title>Another one that is long</title>` }, ['title/several']],
  ["an SVG's title, which is no title of the page", { body: '<svg><title>x</title></svg><h1>A</h1>' }, []],
  ['a short title', { title: '<title>Hi</title>' }, ['title/length']],
  ['a long title', { title: `<title>${'long '.repeat(20)}.</title>` }, ['title/length']],
  ['a title with space at its end', { title: '<title>A lighthouse on an island </title>' }, ['title/space']],
  ['no description', { description: '' }, ['description/missing']],
  ['an empty description', { description: '<meta name="Description" content="">' }, ['description/missing']],
  ['a short description', { description: '<meta name="description" content="Hi">' }, ['description/length']],
  ['two descriptions', { description: goodParts.description.repeat(2) }, ['description/several']],
  ['no canonical link', { canonical: '' }, ['canonical/missing']],
  ['two canonical links', { canonical: goodParts.canonical.repeat(2) }, ['canonical/several']],
  ['a relative canonical link', { canonical: '<link rel="canonical" href="/">' }, ['canonical/relative']],
  [
    'a canonical link into nowhere',
    {
      canonical: `<link rel="canonical" href="${origin}/gone.html">`,
      openGraph: goodParts.openGraph.replace(`${origin}/"`, `${origin}/gone.html"`),
    },
    ['canonical/target'],
  ],
  [
    'a canonical link to no web address',
    { canonical: '<link rel="canonical" href="tel:1">' },
    ['canonical/invalid', 'openGraph/differs'],
  ],
  ['no language', { html: '<html>' }, ['lang/missing']],
  ['a wrong language', { html: '<html lang="english">' }, ['lang/invalid']],
  ['a language with a region and a script', { html: '<html lang="zh-Hant-TW">' }, []],
  ['no h1', { body: '<h2>A</h2>' }, ['heading/missing']],
  ['two h1', { body: '<h1>A</h1><h1>B</h1>' }, ['heading/several']],
  ['a heading level left out', { body: '<h1>A</h1><h3>B</h3>' }, ['heading/order']],
  ['levels that go back up', { body: '<h1>A</h1><h2>B</h2><h3>C</h3><h2>D</h2>' }, []],
  ['an empty heading', { body: '<h1>A</h1><h2> </h2>' }, ['heading/empty']],
  ['a heading that is an image', { body: '<h1><img src="tower.png" alt="Tower"></h1>' }, []],
  ['an image without alt', { body: '<h1>A</h1><img src="tower.png">' }, ['image/alt']],
  ['an image with an empty alt', { body: '<h1>A</h1><img src="tower.png" alt="">' }, []],
  ['an image without src', { body: '<h1>A</h1><img alt="x">' }, ['image/src']],
  ['a file name as alt', { body: '<h1>A</h1><img src="tower.png" alt="IMG_2041.jpg">' }, ['image/fileName']],
  ['no viewport', { viewport: '' }, ['viewport/missing']],
  [
    'a viewport against zooming',
    { viewport: '<meta name="viewport" content="width=device-width, user-scalable=no">' },
    ['viewport/zoom'],
  ],
  ['no charset', { charset: '' }, ['charset/missing']],
  ['a charset of old', { charset: '<meta charset="iso-8859-1">' }, ['charset/legacy']],
  [
    'a charset by http-equiv',
    { charset: '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">' },
    [],
  ],
  ['a late charset', { charset: `<!-- ${'x'.repeat(1100)} --><meta charset="utf-8">` }, ['charset/late']],
  [
    'no Open Graph',
    { openGraph: '' },
    ['description', 'image', 'title', 'type', 'url'].map((name) => `openGraph/${name}`),
  ],
  [
    'an og:image that is not there',
    { openGraph: goodParts.openGraph.replace('tower.png', 'gone.png') },
    ['openGraph/lost'],
  ],
  [
    'a relative og:image',
    { openGraph: goodParts.openGraph.replace(`${origin}/tower`, '/tower') },
    ['openGraph/relative'],
  ],
  [
    'an og:url unlike the canonical link',
    { openGraph: goodParts.openGraph.replace(`${origin}/"`, `${origin}/x"`) },
    ['openGraph/differs'],
  ],
  ['no twitter:card', { twitter: '' }, ['twitter/card']],
  ['an unknown twitter:card', { twitter: '<meta name="twitter:card" content="big">' }, ['twitter/kind']],
  ['JSON-LD that is no JSON', { more: ld('{ "a": 1, }') }, ['jsonLd/syntax']],
  ['JSON-LD without context', { more: ld('{ "@type": "Person", "name": "Ruth" }') }, ['jsonLd/context']],
  ['JSON-LD without type', { more: ld('{ "@context": "https://schema.org" }') }, ['jsonLd/type']],
  ['JSON-LD that is a word', { more: ld('"Ruth"') }, ['jsonLd/object']],
  ...inheritedNames.map((name): [string, Parts, string[]] => [
    `JSON-LD of the unknown type ${name}`,
    { more: ld(`{ "@context": "https://schema.org", "@type": "${name}", "${name}": {} }`) },
    [],
  ]),
  [
    'JSON-LD without a required property',
    { more: ld('{ "@context": "https://schema.org", "@type": "Event", "name": "Night" }') },
    ['jsonLd/property'],
  ],
  [
    'JSON-LD with a date in words',
    {
      more: ld(
        '{ "@context": "https://schema.org", "@type": "Article", "headline": "x", "datePublished": "last May" }',
      ),
    },
    ['jsonLd/property'],
  ],
  [
    'an unknown directive for robots',
    { more: '<meta name="robots" content="follow, noidnex">' },
    ['robotsMeta/unknown'],
  ],
  [
    'known directives for robots',
    { more: '<meta name="robots" content="index, follow, max-snippet:-1, max-image-preview:large">' },
    [],
  ],
  [
    'a hidden front page',
    { more: '<meta name="robots" content="noindex">' },
    ['canonical/target', 'robotsMeta/frontPage', 'sitemap/noindex'].slice(1),
  ],
  [
    'a script over http',
    { body: '<h1>A</h1><script src="http://cdn.example/a.js"></script>' },
    ['mixedContent/http'],
  ],
  ['a link over http, which loads nothing', { body: '<h1>A</h1><a href="http://other.example/">B</a>' }, []],
  ['a broken link', { body: '<h1>A</h1><a href="/gone.html">B</a>' }, ['link/broken']],
  ['a broken image', { body: '<h1>A</h1><img src="gone.png" alt="B">' }, ['link/broken']],
  ['a broken anchor', { body: '<h1>A</h1><a href="#gone">B</a>' }, ['link/anchor']],
  [
    'anchors that are there',
    {
      body: '<h1 id="größe">A</h1><a href="#gr%C3%B6%C3%9Fe">B</a><a href="#top">C</a><a href="#">D</a><a href="#:~:text=A">E</a><a href="#/route">F</a>',
    },
    [],
  ],
  ['an empty link', { body: '<h1>A</h1><a href="">B</a>' }, ['link/empty']],
  [
    'links that are no pages',
    { body: '<h1>A</h1><a href="mailto:a@b.example">B</a><a href="tel:1">C</a><a>D</a>' },
    [],
  ],
];

describe('The rules for one page', () => {
  it.each(faults)('judge rightly: %s', async (_, parts, expected) => {
    const issues = await issuesOf(await writeSite(pageOf(parts)));
    expect(rulesOf(issues)).toEqual(expected);
  });

  it('say where a finding stands', async () => {
    const page = pageOf({ body: '<h1>A</h1>\n    <p>text</p>\n      <img src="tower.png">' });
    const [issue] = await issuesOf(await writeSite(page));
    const line = page.split('\n').findIndex((text) => text.includes('<img')) + 1;
    expect(issue).toMatchObject({ rule: 'image/alt', file: 'site/index.html', line, column: 7 });
  });

  it.each([
    ['{\n  "@context": "https://schema.org",\n  "@type": "Museum",\n  "name": oops\n}', 11],
    ['{\n  "@context": "https://schema.org",\n  "name": "oops",\n}', 1],
  ])('point into the JSON-LD at the character that does not parse', async (text, column) => {
    const page = pageOf({ more: ld(text) });
    const [issue] = await issuesOf(await writeSite(page));
    const oops = page.split('\n').findIndex((line) => line.includes('oops')) + 1;
    expect(issue).toMatchObject({ rule: 'jsonLd/syntax', line: column === 1 ? oops + 1 : oops, column });
  });

  it('count places right after a byte order mark and with Windows line ends', async () => {
    const page = `\uFEFF${pageOf({ body: '<h1>A</h1>\n<img src="tower.png">' }).replaceAll('\n', '\r\n')}`;
    const issues = await issuesOf(await writeSite(page));
    const line = page.split('\r\n').findIndex((text) => text.includes('<img')) + 1;
    expect(issues).toMatchObject([{ rule: 'image/alt', line, column: 1 }]);
  });

  it('ask little of a page that is not for search engines', async () => {
    const hidden =
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lost</title><meta name="robots" content="noindex"></head><body><h1>Lost</h1></body></html>';
    expect(rulesOf(await issuesOf(await writeSite(pageOf(), { '404.html': hidden })))).toEqual([]);
  });

  it('survive pages that are nested without end, empty or not UTF-8', async () => {
    const folder = await writeSite(pageOf(), {
      'deep.html': `<html>${'<div>'.repeat(4000)}`,
      'deepData.html': `<html>${ld(`${'['.repeat(5000)}${']'.repeat(5000)}`)}`,
      'latin.html': Buffer.from('<!doctype html><title>Caf\xe9</title>', 'latin1'),
      'empty.html': '',
    });
    const issues = await issuesOf(folder);
    expect(issues.filter(({ file }) => file === 'site/latin.html').map(({ rule }) => rule)).toContain(
      'charset/bytes',
    );
    expect(issues.some(({ file }) => file === 'site/empty.html')).toBe(false);
  });
});
