import { escapeAttribute } from '../fix/headEdit.ts';
import { at, type Issue } from '../issue.ts';
import {
  attribute,
  type Element,
  metaByProperty,
  type Page,
  resolveFrom,
  textOf,
  titleElements,
} from '../page.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';
import { canonicalHref } from './canonical.ts';
import { descriptionOf } from './description.ts';

/** Every page for search engines has the Open Graph properties that previews are made of (ogp.me). */
export const openGraph: Rule = {
  family: 'openGraph',
  checks: 'og:title, og:description, og:type, og:url, og:image',
  page: checkOpenGraph,
};

/** What each property can be taken from; nobody but its author can choose an image. */
const properties: Record<string, (page: Page, site: Site) => string | undefined> = {
  'og:title': (page) => textOfTitle(page),
  'og:description': descriptionOf,
  'og:type': () => 'website',
  'og:url': ownAddress,
  'og:image': () => undefined,
};

function* checkOpenGraph(page: Page, site: Site): Iterable<Issue> {
  if (page.hidden !== undefined) return;
  for (const [property, derive] of Object.entries(properties)) {
    const [element] = metaByProperty(page, property);
    if (attribute(element, 'content').trim() === '')
      yield missing(page, property, element, derive(page, site));
  }
  yield* checkAddress(page, site, 'og:url');
  yield* checkAddress(page, site, 'og:image');
  yield* checkUrl(page);
  yield* checkImage(page, site);
}

function missing(
  page: Page,
  property: string,
  element: Element | undefined,
  value: string | undefined,
): Issue {
  const known = value !== undefined && value !== '';
  const tag = `<meta property="${property}" content="${escapeAttribute(known ? value : '…')}">`;
  return {
    rule: `openGraph/${property.slice(3)}`,
    severity: 'warning',
    message: `The page has no ${property}${element === undefined ? '' : ' (its content is empty)'}.`,
    hint: `Add ${tag} to its head.`,
    ...at(page, element),
  };
}

function* checkAddress(page: Page, site: Site, property: string): Iterable<Issue> {
  const [element] = metaByProperty(page, property);
  const value = attribute(element, 'content').trim();
  if (element === undefined || value === '' || /^https?:\/\//i.test(value)) return;
  const url = resolveFrom(page, value);
  yield {
    rule: 'openGraph/relative',
    severity: 'warning',
    message: `${property} is "${value}"; expected an absolute URL.`,
    hint: site.published && url !== undefined ? `Write ${url.href}.` : 'Write its published URL, https://….',
    ...at(page, element),
  };
}

function* checkUrl(page: Page): Iterable<Issue> {
  const [element] = metaByProperty(page, 'og:url');
  const value = attribute(element, 'content').trim();
  const canonical = canonicalHref(page);
  const url = value === '' ? undefined : resolveFrom(page, value);
  if (canonical === undefined || url === undefined || url.href === canonical.href) return;
  yield {
    rule: 'openGraph/differs',
    severity: 'warning',
    message: `og:url is ${url.href}, but the canonical link is ${canonical.href}.`,
    hint: 'Give both the same URL.',
    ...at(page, element),
  };
}

function* checkImage(page: Page, site: Site): Iterable<Issue> {
  const [element] = metaByProperty(page, 'og:image');
  const value = attribute(element, 'content').trim();
  const url = value === '' ? undefined : resolveFrom(page, value);
  const target = url === undefined ? undefined : site.lookup(url);
  if (target?.kind !== 'missing') return;
  yield {
    rule: 'openGraph/lost',
    severity: 'error',
    message: `The og:image ${value} does not exist (${target.reason}).`,
    ...at(page, element),
  };
}

function textOfTitle(page: Page): string | undefined {
  const [first] = titleElements(page);
  return first === undefined ? undefined : textOf(page, first);
}

function ownAddress(page: Page, site: Site): string | undefined {
  const canonical = canonicalHref(page);
  if (canonical !== undefined && (site.published || /^https?:\/\//i.test(rawCanonical(page))))
    return canonical.href;
  return site.published ? page.url.href : undefined;
}

function rawCanonical({ $ }: Page): string {
  return attribute($('link[rel~="canonical" i]').get(0), 'href').trim();
}
