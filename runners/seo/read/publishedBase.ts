import type { CheerioAPI } from 'cheerio';
import { decodedPath, fileAt, pathBelow, routesOf } from './routes.ts';

/** Finds the address under which a folder is published from the canonical links of its pages; undefined when there are none or they disagree. */
export function findPublishedBase(
  documents: Iterable<{ path: string; html: { $: CheerioAPI } }>,
): URL | undefined {
  const found = new Set<string>();
  for (const { path, html } of documents) {
    const href = html.$('link[rel~="canonical" i]').first().attr('href')?.trim() ?? '';
    const base = /^https?:\/\//i.test(href) && URL.canParse(href) ? baseOf(new URL(href), path) : undefined;
    if (base !== undefined) found.add(base);
  }
  const [only, other] = found;
  return only === undefined || other !== undefined ? undefined : new URL(only);
}

/** Finds the address below which most entries of a sitemap are files of the folder; undefined when there is none. */
export function baseOfEntries(entries: URL[], files: ReadonlySet<string>): URL | undefined {
  const shortest = entries.toSorted((left, right) => left.pathname.length - right.pathname.length)[0];
  if (shortest === undefined) return undefined;
  const base = new URL('.', shortest);
  const present = entries.filter((url) => {
    const path = pathBelow(url, base);
    return path !== undefined && fileAt(path, files) !== undefined;
  });
  return present.length * 2 > entries.length ? base : undefined;
}

/** Finds how a folder's pages are addressed: `about` instead of `about.html` when every address known of them is like that. */
export function prefersBareAddresses(known: Iterable<string>): boolean {
  const inner = [...known].filter((path) => path !== '' && !path.endsWith('/'));
  return inner.length > 0 && inner.every((path) => !/\.html?$/i.test(path));
}

function baseOf(canonical: URL, path: string): string | undefined {
  const written = decodedPath(canonical);
  const route = routesOf(path).find((each) => written?.endsWith(`/${each}`));
  if (written === undefined || route === undefined) return undefined;
  const base = new URL(canonical.origin);
  base.pathname = written.slice(0, written.length - route.length);
  return base.href;
}
