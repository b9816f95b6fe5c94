import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issue } from '../issue.ts';
import type { Page } from '../page.ts';
import type { Site, Target } from '../site.ts';
import { createPage } from './createPage.ts';
import { listFiles } from './listFiles.ts';
import { type ParsedHtml, parseHtml } from './parseHtml.ts';
import { baseOfEntries, findPublishedBase, prefersBareAddresses } from './publishedBase.ts';
import { parseRobots, type Robots } from './robots.ts';
import { addressOf, fileAt, pathBelow, routesOf } from './routes.ts';
import { parseSitemap } from './sitemap.ts';
import { readSitemaps } from './sitemaps.ts';
import { isTemplate, isWholeDocument } from './wholeDocument.ts';

/** A folder of HTML to read. */
export interface FolderSource {
  /** Absolute. */
  folder: string;
  /** The folder's path in findings, relative to the working directory. */
  shown: string;
  /** Address under which it is published; found in its canonical links when undefined. */
  base: URL | undefined;
  language: string | undefined;
  maxPages: number;
  /** A page above this is not read. */
  maxBytes: number;
}

interface Document {
  path: string;
  file: string;
  html: ParsedHtml;
  utf8: boolean;
}

/** What a file turned out to be. */
type Reading = { document: Document } | { leftOut: string } | { fault: string };

/** Reads a folder of HTML as a web server would show it. */
export async function readFolder(from: FolderSource): Promise<Site> {
  const { files, unread } = await listFiles(from.folder);
  const { documents, faults, notChecked } = await readDocuments(from, files);
  const found = from.base ?? findPublishedBase(documents) ?? (await findBaseInSitemap(from.folder, files));
  const base = found ?? new URL('http://folder.invalid/');
  const robots = await readRobotsFile(from, files, base);
  const { sitemaps, issues } = await readSitemapFiles(from, files, base, robots);
  const listed = sitemaps.flatMap(({ entries }) =>
    entries.map(({ loc }) => pathBelow(new URL(loc), base) ?? ''),
  );
  const pages = makePages(documents, base, listed, robots);
  return {
    kind: 'folder',
    base,
    published: found !== undefined,
    pages: [...pages.values()].sort((left, right) => (left.url.href < right.url.href ? -1 : 1)),
    robots,
    sitemaps,
    lookup: createLookup(pages, new Set(files), base),
    language: from.language,
    issues: [...issues, ...faults],
    notChecked: [...notChecked, ...unread.map((what) => ({ what, why: 'the folder cannot be read' }))],
  };
}

async function readDocuments(
  from: FolderSource,
  files: string[],
): Promise<{ documents: Document[]; faults: Issue[]; notChecked: Site['notChecked'] }> {
  const documents: Document[] = [];
  const faults: Issue[] = [];
  const notChecked: Site['notChecked'] = [];
  const names = files.filter((file) => /\.html?$/i.test(file));
  if (names.length > from.maxPages) {
    const more = names.length - from.maxPages;
    notChecked.push({ what: `${more} more HTML files`, why: `--max-pages is ${from.maxPages}` });
  }
  for (const path of names.slice(0, from.maxPages)) {
    const found = await readDocument(from, path);
    if ('document' in found) documents.push(found.document);
    else if ('leftOut' in found) notChecked.push({ what: path, why: found.leftOut });
    else faults.push(unreadable(join(from.shown, path), found.fault));
  }
  return { documents, faults, notChecked };
}

async function readDocument({ folder, shown, maxBytes }: FolderSource, path: string): Promise<Reading> {
  try {
    const { size } = await stat(join(folder, path));
    if (size > maxBytes) return { leftOut: `it has ${size} bytes; at most ${maxBytes} are read` };
    const bytes = await readFile(join(folder, path));
    const utf8 = isUtf8(bytes);
    const html = parseHtml(bytes.toString(utf8 ? 'utf8' : 'latin1'));
    if (!isWholeDocument(html)) return { leftOut: 'it is a fragment, not a whole HTML document' };
    if (isTemplate(html)) return { leftOut: 'it is a template; check the pages that are built from it' };
    return { document: { path, file: join(shown, path), html, utf8 } };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function unreadable(file: string, why: string): Issue {
  return { rule: 'site/page', severity: 'error', message: `The page cannot be read: ${why}.`, file };
}

async function findBaseInSitemap(folder: string, files: string[]): Promise<URL | undefined> {
  if (!files.includes('sitemap.xml')) return undefined;
  const source = await readFile(join(folder, 'sitemap.xml'), 'utf8');
  const { entries } = parseSitemap(source, { url: new URL('http://folder.invalid/sitemap.xml'), place: {} });
  return baseOfEntries(
    entries.map(({ loc }) => new URL(loc)),
    new Set(files),
  );
}

async function readRobotsFile(
  { folder, shown }: FolderSource,
  files: string[],
  base: URL,
): Promise<Robots | undefined> {
  if (!files.includes('robots.txt')) return undefined;
  const source = await readFile(join(folder, 'robots.txt'), 'utf8');
  return parseRobots(source, base, { file: join(shown, 'robots.txt') });
}

async function readSitemapFiles(
  { folder, shown }: FolderSource,
  files: string[],
  base: URL,
  robots: Robots | undefined,
): ReturnType<typeof readSitemaps> {
  const usual = ['sitemap.xml', 'sitemap_index.xml', 'sitemap-index.xml', 'sitemap.xml.gz', 'sitemap.txt'];
  const named = (robots?.sitemaps ?? []).flatMap((href) => URL.parse(href) ?? []);
  const present = usual
    .filter((file) => files.includes(file))
    .slice(0, 1)
    .map((file) => addressOf(file, base));
  const first = named.length > 0 ? named : present;
  return readSitemaps(first, async (url) => {
    const path =
      pathBelow(url, base) ?? (base.hostname.endsWith('.invalid') ? url.pathname.slice(1) : undefined);
    const place = { file: join(shown, path ?? 'robots.txt') };
    if (path === undefined) return { reason: `it is outside ${base.href}`, place };
    if (!files.includes(path)) return { reason: 'no such file', place: robots?.place ?? place };
    return { bytes: await readFile(join(folder, path)), place };
  });
}

function makePages(
  documents: Document[],
  base: URL,
  listed: string[],
  robots: Robots | undefined,
): Map<string, Page> {
  const paths = new Set(documents.map(({ path }) => path));
  const bySitemap = new Map(listed.map((path) => [fileAt(path, paths), path]));
  const bare = prefersBareAddresses(listed.filter((path) => fileAt(path, paths) !== undefined));
  return new Map(
    documents.map(({ path, file, html, utf8 }) => {
      const [plain = path, short] = routesOf(path);
      const route =
        bySitemap.get(path) ?? (bare && !/(^|\/)index\.html?$/i.test(path) ? (short ?? plain) : plain);
      const known = { file, utf8, url: addressOf(route, base), name: `/${route}` };
      return [path, createPage(html, known, robots)];
    }),
  );
}

function createLookup(pages: Map<string, Page>, files: Set<string>, base: URL): Site['lookup'] {
  return (url): Target => {
    const path = pathBelow(url, base);
    if (path === undefined) return { kind: url.origin === base.origin ? 'unknown' : 'external' };
    const file = fileAt(path, files);
    if (file === undefined) return { kind: 'missing', reason: 'no such file' };
    const page = pages.get(file);
    return page === undefined ? { kind: 'file' } : { kind: 'page', page };
  };
}
