import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reportOf, runSeo, startSeo } from './runSeo.ts';
import { pageOf, sitemapOf, writeFolder, writeSite } from './siteFolder.ts';
import { serveSite } from './siteServer.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

describe('seo.validate as a command', () => {
  it('passes on the example site of this repository, warnings included', async () => {
    const { exitCode, stdout } = await runSeo(repository, [
      '--dry-run',
      '--strict',
      '--dir',
      'examples/site',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/seo\.validate passed: 6 pages: nothing found\s*$/);
    expect(stdout).toMatch(/\/404\.html \(noindex\) +0 +0/);
    expect(stdout).toContain('what JavaScript adds to pages');
  });

  it('fails on an error, and says on which page and line', async () => {
    const folder = await writeSite(pageOf({ body: '<h1>A</h1>\n<a href="/gone.html">B</a>' }));
    const { exitCode, stdout } = await startSeo(folder, ['--dry-run', '--dir', '.']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/index\.html:\d+:1 +link\/broken +The link \/gone\.html leads nowhere/);
    expect(stdout).toMatch(/\/ +1 +0 +link\/broken/);
  });

  it('lets warnings pass, but not under --strict', async () => {
    const folder = await writeSite(pageOf({ twitter: '' }));
    expect((await reportOf(folder, ['--dry-run', '--dir', '.'])).exitCode).toBe(0);
    const { exitCode, report } = await reportOf(folder, ['--dry-run', '--dir', '.', '--strict']);
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({
      runner: 'seo.validate',
      status: 'failed',
      findings: [{ rule: 'twitter/card', file: 'index.html' }],
    });
  });

  it('says how many findings it can fix by itself', async () => {
    const folder = await writeSite(pageOf({ viewport: '', twitter: '' }));
    const { report } = await reportOf(folder, ['--dry-run', '--dir', '.']);
    expect(report.summary).toContain('run without --dry-run to fix 1 of them');
  });

  it('checks or leaves out the rules that are named', async () => {
    const folder = await writeSite(pageOf({ twitter: '', title: '<title>Hi </title>', viewport: '' }));
    const rules = async (...args: string[]) =>
      (await reportOf(folder, ['--dry-run', '--dir', '.', ...args])).report.findings
        .map(({ rule }) => rule)
        .sort();
    expect(await rules('--only', 'title,viewport')).toEqual([
      'title/length',
      'title/space',
      'viewport/missing',
    ]);
    expect(await rules('--only', 'title', '--ignore', 'title/space')).toEqual(['title/length']);
  });

  it('finds the usual folders by itself, and package.json may say more', async () => {
    const folder = await writeFolder({
      'public/index.html': pageOf({ title: '' }),
      'public/tower.png': '',
      'public/sitemap.xml': sitemapOf('/'),
      'package.json': JSON.stringify({ nightshift: { seo: { ignore: ['title'] } } }),
    });
    const { report } = await reportOf(folder, ['--dry-run']);
    expect(report.findings.map(({ rule }) => rule)).toEqual(['robotsTxt/missing']);
  });

  it('names the wrong setting of package.json', async () => {
    const folder = await writeFolder({
      'package.json': '{ "nightshift": { "seo": { "maxPages": "many", "sight": 1 } } }',
    });
    const { exitCode, stdout } = await runSeo(folder, ['--dry-run']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/nightshift\.seo\.maxPages/);
    expect(stdout).toMatch(/sight/);
  });

  it('is skipped, with the reason last, when there is no site', async () => {
    const folder = await writeFolder({ 'readme.md': '' });
    const none = await startSeo(folder, ['--dry-run']);
    expect(none.exitCode).toBe(77);
    expect(none.stdout.trim().split('\n').at(-1)).toMatch(/SITE_BASE_URL is not set/);
    const empty = await runSeo(folder, ['--dry-run', '--dir', '.']);
    expect(empty.exitCode).toBe(77);
    expect(empty.stdout).toContain('no HTML page in .');
  });

  it('ends with 2 on wrong usage, and prints no report', async () => {
    const { exitCode, stderr, stdout } = await startSeo(repository, ['--dry-run', '--colour']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/unknown option '--colour'/);
    expect(stdout).toBe('');
  });

  it.each([
    [['--dir', 'gone'], /--dir: expected a folder.*does not exist/],
    [['--site', 'example.org'], /--site: expected a URL such as https:\/\/example\.org, got "example\.org"/],
    [['--site', 'https://a.example', '--dir', '.'], /Pass --site or --dir/],
    [['--only', 'titel'], /Expected one of charset, viewport, title/],
    [['--max-pages', '0'], /whole number/],
    [['--lang', 'english'], /language tag/],
    [['--repo', 'light'], /owner\/name/],
  ])('says what is wrong with %j', async (args, message) => {
    const { exitCode, stderr } = await runSeo(await writeFolder({}), ['--dry-run', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('reads the website that SITE_BASE_URL names', async () => {
    const page = pageOf().replaceAll('https://light.example', '{origin}');
    const server = await serveSite((path) => (path === '/' ? page : undefined));
    const { exitCode, report } = await reportOf(repository, ['--dry-run', '--strict', '--delay', '0'], {
      SITE_BASE_URL: server.origin,
    });
    expect(exitCode).toBe(1);
    expect(report.findings.map(({ rule }) => rule).sort()).toEqual([
      'openGraph/lost',
      'robotsTxt/missing',
      'sitemap/missing',
    ]);
    expect(report.checked[0]).toEqual({ what: 'pages', count: 1 });
  });

  it('fails when that website does not answer, instead of passing nothing', async () => {
    const { exitCode, stdout } = await runSeo(repository, ['--dry-run'], {
      SITE_BASE_URL: 'http://127.0.0.1:9',
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/site\/unreachable .*cannot be reached/);
    expect(stdout).toMatch(/every page +the site could not be read/);
  });

  it('only reports on a website without --dry-run, and says why', async () => {
    const server = await serveSite(() => ({ status: 404 }));
    const { report } = await reportOf(repository, ['--delay', '0', '--site', server.origin]);
    expect(report.notChecked).toContainEqual({ what: 'fixes', why: expect.stringContaining('--dir') });
  });

  it('explains itself', async () => {
    const { exitCode, stdout } = await runSeo(join(repository, 'docs', '..'), ['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/--dry-run .*only report/);
    expect(stdout).toMatch(/mixedContent +nothing loaded over http/);
  });
});
