import type { CheerioAPI } from 'cheerio';
import { ownValue } from '../../contract/ownValue.ts';

/** An element of a page, as cheerio gives it. */
export type Element = NonNullable<ReturnType<ReturnType<CheerioAPI['root']>['children']>[number]>;

/** Why a page is not for search engines: neither they nor its author want it in a sitemap. */
export type Hidden = 'noindex' | 'robots.txt' | 'redirect' | 'error page';

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
  /** Undefined for a page that search engines may list. */
  hidden: Hidden | undefined;
  /** The charset that the server declared, for a page that came over HTTP. */
  headerCharset?: string;
  /** False when the file is not valid UTF-8; it is then never edited. */
  utf8: boolean;
}

/** Makes a question to a page that its document is searched for once, however often it is asked. */
export function oncePerPage<Answer>(find: (page: Page) => Answer): (page: Page) => Answer {
  const answers = new WeakMap<Page, { answer: Answer }>();
  return (page) => {
    const known = answers.get(page) ?? { answer: find(page) };
    answers.set(page, known);
    return known.answer;
  };
}

/** Finds the elements of a page that a CSS selector names. */
export function select({ $ }: Page, selector: string): Element[] {
  return $.root().find(selector).toArray();
}

/** Finds the `<meta name="…">` elements of a page, whatever the case of the name. */
export function metaByName(page: Page, name: string): Element[] {
  return metaElements(page).filter((element) => attribute(element, 'name').trim().toLowerCase() === name);
}

/** Finds the `<meta property="…">` elements of a page; the wrong but common `name` counts as well. */
export function metaByProperty(page: Page, property: string): Element[] {
  return metaElements(page).filter(({ attribs }) =>
    [attribs.property, attribs.name].some((name) => name?.trim() === property),
  );
}

/** Finds the `<link>` elements whose `rel` holds this word. */
export function linksByRel(page: Page, rel: string): Element[] {
  return linkElements(page).filter((element) =>
    attribute(element, 'rel').toLowerCase().split(/\s+/).includes(rel),
  );
}

const metaElements = oncePerPage(({ $ }) => $('meta[name], meta[property]').toArray());
const linkElements = oncePerPage(({ $ }) => $('link[rel]').toArray());

/** Reads an attribute; an absent one is the empty string. */
export function attribute(element: Element | undefined, name: string): string {
  return (element && ownValue(element.attribs, name)) ?? '';
}

/** Gives the title elements of a page's head; an SVG's titles do not count. */
export const titleElements = oncePerPage(({ $ }) => $('head title').toArray());

/** Gives every name that the anchor of a link can have on this page. */
export const anchorNames = oncePerPage(
  ({ $ }) =>
    new Set(
      $('[id], a[name]')
        .toArray()
        .flatMap(({ attribs }) => [attribs.id, attribs.name]),
    ),
);

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
  return URL.parse(href, baseOf(page)) ?? undefined;
}

const baseOf = oncePerPage(({ $, url }) => {
  const base = attribute($('base[href]').get(0), 'href');
  return (base === '' ? null : URL.parse(base, url.href))?.href ?? url.href;
});
