import { type CheerioAPI, load } from 'cheerio';
import { ownValue } from '../../../contract/ownValue.ts';

/** An element of a page, as cheerio gives it. */
export type Element = NonNullable<ReturnType<ReturnType<CheerioAPI['root']>['children']>[number]>;

/** One HTML document of a site, parsed with the places of its elements. */
export interface Page {
  /** Absolute; below `http://folder.invalid/` while nobody knows where the folder is published. */
  url: URL;
  /** What reports call it: its path and query. */
  name: string;
  /** Path below the working directory; undefined for a page that came over HTTP. */
  file?: string;
  /** The document's text, without a byte order mark. */
  source: string;
  $: CheerioAPI;
  /** False when the page asks search engines to leave it out (`noindex`). */
  indexable: boolean;
  /** The charset that the server declared, for a page that came over HTTP. */
  headerCharset?: string;
  /** False when the file is not valid UTF-8; it is then never edited. */
  utf8: boolean;
}

/** What is known of a document before it is parsed. */
export interface PageSource {
  url: URL;
  name: string;
  file?: string;
  source: string;
  utf8: boolean;
  headerCharset?: string;
  /** The server's `X-Robots-Tag`. */
  robotsHeader?: string;
}

/** Parses a document into a page; a byte order mark is not part of its source. */
export function parsePage({ robotsHeader, ...known }: PageSource): Page {
  const source = known.source.replace(/^\uFEFF/, '');
  const $ = load(source, { sourceCodeLocationInfo: true });
  const page: Page = { ...known, source, $, indexable: true };
  const directives = [...metaByName(page, 'robots'), ...metaByName(page, 'googlebot')].map((element) =>
    attribute(element, 'content'),
  );
  page.indexable = !/\b(noindex|none)\b/i.test([...directives, robotsHeader ?? ''].join(','));
  return page;
}

/** Finds the elements of a page that a CSS selector names. */
export function select({ $ }: Page, selector: string): Element[] {
  return $.root().find(selector).toArray();
}

/** Finds the `<meta name="…">` elements of a page, whatever the case of the name. */
export function metaByName({ $ }: Page, name: string): Element[] {
  return $('meta[name]')
    .toArray()
    .filter((element) => attribute(element, 'name').trim().toLowerCase() === name);
}

/** Finds the `<meta property="…">` elements of a page; the wrong but common `name` counts as well. */
export function metaByProperty({ $ }: Page, property: string): Element[] {
  return $('meta[property], meta[name]')
    .toArray()
    .filter(({ attribs }) => [attribs.property, attribs.name].some((name) => name?.trim() === property));
}

/** Finds the `<link>` elements whose `rel` holds this word. */
export function linksByRel({ $ }: Page, rel: string): Element[] {
  return $('link[rel]')
    .toArray()
    .filter((element) => attribute(element, 'rel').toLowerCase().split(/\s+/).includes(rel));
}

/** Reads an attribute; an absent one is the empty string. */
export function attribute(element: Element | undefined, name: string): string {
  return (element && ownValue(element.attribs, name)) ?? '';
}

/** Gives the page's first title element, the one in its head; an SVG's titles do not count. */
export function titleElements({ $ }: Page): Element[] {
  return $('head title').toArray();
}

/** Gives the text of an element with its whitespace folded. */
export function textOf({ $ }: Page, element: Element): string {
  return foldSpace($(element).text());
}

/** Folds every run of whitespace to one space and trims the ends. */
export function foldSpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Resolves an address of a page against its `<base href>`; undefined when it is no address. */
export function resolveFrom(page: Page, href: string): URL | undefined {
  const base = attribute(page.$('base[href]').get(0), 'href');
  const from = base === '' ? page.url : (URL.parse(base, page.url.href) ?? page.url);
  return URL.parse(href, from.href) ?? undefined;
}
