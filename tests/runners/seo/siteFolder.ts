import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { checkSite } from '../../../runners/seo/check.ts';
import type { Issue } from '../../../runners/seo/issue.ts';
import { type FolderSource, readFolder } from '../../../runners/seo/read/folder.ts';
import { allRules } from '../../../runners/seo/rules/all.ts';

export const origin = 'https://light.example';

/** The parts of a page that has no fault; a test replaces the one it is about. */
export const goodParts = {
  html: '<html lang="en">',
  charset: '<meta charset="utf-8">',
  viewport: '<meta name="viewport" content="width=device-width, initial-scale=1">',
  title: '<title>A lighthouse on its own island</title>',
  description:
    '<meta name="description" content="Climb the tower, see the lens turn, and meet the families who kept it burning.">',
  canonical: `<link rel="canonical" href="${origin}/">`,
  openGraph: [
    '<meta property="og:title" content="A lighthouse on its own island">',
    '<meta property="og:description" content="Climb the tower and see the lens turn.">',
    '<meta property="og:type" content="website">',
    `<meta property="og:url" content="${origin}/">`,
    `<meta property="og:image" content="${origin}/tower.png">`,
  ].join('\n    '),
  twitter: '<meta name="twitter:card" content="summary">',
  more: '',
  body: '<h1>A lighthouse</h1>\n    <p>It has a lens.</p>',
};

/** Writes a page out of good parts and those given. */
export function pageOf(parts: Partial<typeof goodParts> = {}): string {
  const { html, body, ...head } = { ...goodParts, ...parts };
  const tags = Object.values(head).filter((tag) => tag !== '');
  return `<!doctype html>\n${html}\n  <head>\n    ${tags.join('\n    ')}\n  </head>\n  <body>\n    ${body}\n  </body>\n</html>\n`;
}

/** Writes a second page, with its own address and texts. */
export function otherPage(name: string, parts: Partial<typeof goodParts> = {}): string {
  const address = `${origin}/${name}.html`;
  const title = `Everything there is about ${name}`;
  return pageOf({
    title: `<title>${title}</title>`,
    description: `<meta name="description" content="What the museum on the island has to say about ${name}, in some words.">`,
    canonical: `<link rel="canonical" href="${address}">`,
    openGraph: goodParts.openGraph.replace(`"${origin}/"`, `"${address}"`),
    ...parts,
  });
}

/** The files around a page that a site without faults has. */
export function sitemapOf(...paths: string[]): string {
  const entries = paths.map((path) => `  <url>\n    <loc>${origin}${path}</loc>\n  </url>\n`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries}</urlset>\n`;
}

export const robotsTxt = `User-agent: *\nAllow: /\n\nSitemap: ${origin}/sitemap.xml\n`;

export type Files = Record<string, string | Buffer>;

/** Writes files into a new temporary folder, which goes with the test. */
export async function writeFolder(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nightshift-site-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Writes a site whose only page is this one, with everything else in order. */
export function writeSite(page: string, more: Files = {}): Promise<string> {
  return writeFolder({
    'index.html': page,
    'tower.png': 'png',
    'robots.txt': robotsTxt,
    'sitemap.xml': sitemapOf('/'),
    ...more,
  });
}

/** Describes a folder to the reader, shown as `site`. */
export function sourceOf(folder: string, more: Partial<FolderSource> = {}): FolderSource {
  return {
    folder,
    shown: 'site',
    base: undefined,
    language: undefined,
    maxPages: 200,
    maxBytes: 5_000_000,
    ...more,
  };
}

/** Checks a folder by all rules. */
export async function issuesOf(folder: string, more: Partial<FolderSource> = {}): Promise<Issue[]> {
  return checkSite(await readFolder(sourceOf(folder, more)), allRules, { only: [], ignore: [] });
}

/** Names what was found, the worst first come as they are. */
export function rulesOf(issues: Issue[]): string[] {
  return [...new Set(issues.map(({ rule }) => rule))].sort();
}

/** Reads a file of a folder as text. */
export function read(folder: string, path: string): Promise<string> {
  return readFile(join(folder, path), 'utf8');
}
