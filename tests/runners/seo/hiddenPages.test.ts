import { describe, expect, it } from 'vitest';
import { fixFolder } from '../../../runners/seo/fix/fixFolder.ts';
import { readFolder } from '../../../runners/seo/read/folder.ts';
import { issuesOf, origin, otherPage, pageOf, read, robotsTxt, sourceOf, writeSite } from './siteFolder.ts';

const bare = (head = '', title = 'Something else on the island') =>
  `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>${title}</title>\n${head}\n</head>\n<body><h1>A</h1></body>\n</html>\n`;

const base = new URL(`${origin}/`);
const hidden = /^(canonical|openGraph|twitter|sitemap|description)\//;

describe('A page that is not for search engines', () => {
  it.each([
    ['404.html', bare(), 'error page'],
    ['de/404/index.html', bare(), 'error page'],
    ['500.html', bare(), 'error page'],
    ['not-found.html', bare(), 'error page'],
    ['oops.html', bare('', 'Page not found | The lighthouse'), 'error page'],
    ['oops.html', bare('', 'The lighthouse – 404'), 'error page'],
    ['old.html', bare('<meta http-equiv="refresh" content="0; url=/">'), 'redirect'],
    [
      'old.html',
      bare('<meta http-equiv="Refresh" content="3;URL=\'https://light.example/lens\'">'),
      'redirect',
    ],
    ['old.html', bare('<meta http-equiv=refresh content="0, ./index.html">'), 'redirect'],
    ['hidden/a.html', bare(), 'robots.txt'],
    ['drafts/a.html', bare(), 'robots.txt'],
    ['b.html', bare('<meta name="robots" content="noindex, follow">'), 'noindex'],
    ['b.html', bare('<meta name="googlebot" content="none">'), 'noindex'],
  ])(
    'is asked for no place in the sitemap, no canonical link and no preview: %s',
    async (file, page, why) => {
      const folder = await writeSite(pageOf(), {
        [file]: page,
        'robots.txt': `User-agent: *\nDisallow: /hidden/\nNoindex: /drafts/\n\n${robotsTxt.split('\n\n')[1]}`,
      });
      const { pages } = await readFolder(sourceOf(folder, { base }));
      expect(pages.map((each) => each.hidden)).toContain(why);
      const issues = await issuesOf(folder, { base });
      expect(issues.filter(({ rule }) => hidden.test(rule))).toEqual([]);
      await fixFolder(sourceOf(folder, { shown: '.', base }), folder, { only: [], ignore: [] });
      expect(await read(folder, file)).toBe(page);
    },
  );

  it.each([
    ['rooms/500.html', bare()],
    ['errors.html', bare('', 'Errors of the first keepers')],
    ['fourohfour.html', bare('', 'How we mended 404 pages')],
    ['clock.html', bare('<meta http-equiv="refresh" content="30">')],
    ['clock.html', bare('<meta http-equiv="refresh" content="30; url=clock.html">')],
  ])('is no page like %s', async (file, page) => {
    const { pages } = await readFolder(sourceOf(await writeSite(pageOf(), { [file]: page }), { base }));
    expect(pages.map((each) => each.hidden)).toEqual([undefined, undefined]);
  });

  it('is named in the table, and where the sitemap lists it', async () => {
    const sitemap = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${[
      '',
      '404.html',
      'old.html',
    ]
      .map((path) => `<url><loc>${origin}/${path}</loc></url>`)
      .join('\n')}\n</urlset>\n`;
    const folder = await writeSite(pageOf(), {
      '404.html': bare(),
      'old.html': bare('<meta http-equiv="refresh" content="0; url=/">'),
      'sitemap.xml': sitemap,
    });
    expect(await issuesOf(folder, { base })).toMatchObject([
      { rule: 'sitemap/errorPage', line: 3 },
      { rule: 'sitemap/moved', line: 4 },
    ]);
  });

  it('is no canonical page of another one', async () => {
    const canonical = `<link rel="canonical" href="${origin}/old.html">`;
    const folder = await writeSite(pageOf({ canonical }), {
      'old.html': bare('<meta http-equiv="refresh" content="0; url=/">'),
    });
    const found = (await issuesOf(folder, { base })).find(({ rule }) => rule === 'canonical/target');
    expect(found?.message).toContain('which redirects to another URL');
  });
});

describe('A template', () => {
  it.each([
    ['front matter', `---\nlayout: page\n---\n${bare()}`],
    ['Liquid', bare('{% include head.html %}')],
    ['Go', `{{ $title := "A" -}}\n${bare('', '{{ $title }}')}`],
    ['EJS', bare('<link rel="icon" href="<%= base %>icon.png">')],
    ['PHP', bare().replace('<body>', '<body><?php include "nav.php"; ?>')],
    ['Handlebars', bare().replace('<h1>', '{{#each pages}}<a href="{{url}}">a</a>{{/each}}<h1>')],
    ['a build tool', bare('<link rel="icon" href="%PUBLIC_URL%/icon.png">')],
  ])('of %s is no page: nothing is asked of it or changed in it', async (_, template) => {
    const text = template.replace('<meta charset="utf-8">\n', '');
    const folder = await writeSite(pageOf(), { 'part.html': text });
    const { edits, left, site } = await fixFolder(sourceOf(folder, { shown: '.', base }), folder, {
      only: [],
      ignore: [],
    });
    expect({ edits, left }).toEqual({ edits: [], left: [] });
    expect(site.notChecked).toEqual([{ what: 'part.html', why: expect.stringContaining('template') }]);
    expect(await read(folder, 'part.html')).toBe(text);
  });

  it('is no page that shows code, or that a script in the browser fills in', async () => {
    const code = '<h1>A</h1><pre>{% raw %} {{#if a}}</pre><code>&lt;% a %&gt;</code><p>{{ name }}</p>';
    const script = '<script>const a = "<%= b %>{{ .C }}";</script>';
    const folder = await writeSite(pageOf({ body: code, more: script }), {
      'lens.html': otherPage('lens', { more: '<!-- {% comment %} --><link rel="x" href="a%20b%20c.css">' }),
    });
    const { pages } = await readFolder(sourceOf(folder, { base }));
    expect(pages).toHaveLength(2);
  });
});
