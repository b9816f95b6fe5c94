import { escapeAttribute, replaceAttribute } from '../fix/headEdit.ts';
import { at, type Issue } from '../issue.ts';
import {
  attribute,
  type Element,
  type Hidden,
  linksByRel,
  oncePerPage,
  type Page,
  resolveFrom,
} from '../page.ts';
import { decodedPath } from '../read/routes.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';

/** Every page for search engines names one absolute address as its own, and that address is a page of the site. */
export const canonical: Rule = {
  family: 'canonical',
  checks: 'one absolute canonical link that leads to an indexable page',
  page: checkCanonical,
};

/** Gives the address that a page names as its canonical one, resolved; undefined when it names none. */
export const canonicalHref = oncePerPage((page): URL | undefined => {
  const href = attribute(linksByRel(page, 'canonical')[0], 'href').trim();
  return href === '' ? undefined : resolveFrom(page, href);
});

function* checkCanonical(page: Page, site: Site): Iterable<Issue> {
  const [first, second] = linksByRel(page, 'canonical');
  if (second !== undefined) {
    yield {
      rule: 'canonical/several',
      severity: 'error',
      message: 'The page has more than one canonical link, so search engines ignore them.',
      ...at(page, second),
    };
  }
  if (first === undefined) {
    if (page.hidden === undefined) yield missing(page, site);
    return;
  }
  const href = attribute(first, 'href').trim();
  const url = canonicalHref(page);
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    yield {
      rule: 'canonical/invalid',
      severity: 'error',
      message: `The canonical link "${href}" is not a URL.`,
      ...at(page, first),
    };
    return;
  }
  if (decodedPath(url) === undefined) {
    yield {
      rule: 'canonical/invalid',
      severity: 'error',
      message: `The canonical link "${href}" has a % that is not part of a valid escape.`,
      hint: 'Write %25 for a percent sign, and other characters as UTF-8.',
      ...at(page, first),
    };
    return;
  }
  yield* checkForm(page, first, href, url, site);
  yield* checkTarget(page, first, url, site);
}

function missing(page: Page, site: Site): Issue {
  const tag = `<link rel="canonical" href="${escapeAttribute(page.url.href)}">`;
  return {
    rule: 'canonical/missing',
    severity: 'warning',
    message: 'The page has no canonical link.',
    hint: site.published
      ? `Add ${tag} to its head.`
      : 'Add <link rel="canonical" href="https://…"> with its published URL.',
    ...at(page),
  };
}

function* checkForm(page: Page, element: Element, href: string, url: URL, site: Site): Iterable<Issue> {
  if (!/^https?:\/\//i.test(href)) {
    yield {
      rule: 'canonical/relative',
      severity: 'warning',
      message: `The canonical link "${href}" is relative; expected an absolute URL.`,
      hint: site.published ? `Write ${url.href}.` : 'Write the published URL, https://….',
      fix: isCertain(page, url, site)
        ? replaceAttribute(page, element, 'href', url.href, `made the canonical link absolute (${url.href})`)
        : undefined,
      ...at(page, element),
    };
  }
  if (url.hash !== '') {
    yield {
      rule: 'canonical/fragment',
      severity: 'warning',
      message: `The canonical link "${href}" has a fragment, which search engines drop.`,
      ...at(page, element),
    };
  }
}

/** Whether the page has one canonical link, which leads to a page that search engines may list. */
function isCertain(page: Page, url: URL, site: Site): boolean {
  if (!site.published || page.hidden !== undefined || url.hash !== '') return false;
  const target = site.lookup(url);
  const leadsToPage = target.kind === 'page' && target.page.hidden === undefined;
  return leadsToPage && linksByRel(page, 'canonical').length === 1;
}

function* checkTarget(page: Page, element: Element, url: URL, site: Site): Iterable<Issue> {
  const target = site.lookup(url);
  const why = faultOfTarget(target, page, site);
  if (why === undefined) return;
  yield {
    rule: 'canonical/target',
    severity: 'error',
    message: `The canonical link leads to ${url.href}, ${why}.`,
    ...(target.kind === 'external' ? { hint: copyHint } : {}),
    ...at(page, element),
  };
}

const copyHint = 'When the site that is read is a copy, name its published URL with --base-url.';

const whyNotCanonical: Record<Hidden, string> = {
  noindex: 'which search engines are told to leave out (noindex)',
  'robots.txt': 'which robots.txt keeps search engines from',
  redirect: 'which redirects to another URL (meta refresh)',
  'error page': 'which is an error page',
};

function faultOfTarget(target: ReturnType<Site['lookup']>, page: Page, site: Site): string | undefined {
  if (target.kind === 'missing') return `where there is no page (${target.reason})`;
  if (target.kind === 'moved') return `which redirects to ${target.to.href}`;
  if (target.kind === 'file') return 'which is no HTML page';
  if (target.kind === 'external' && site.published) return `which is outside ${site.base.href}`;
  if (target.kind !== 'page' || target.page === page) return undefined;
  if (target.page.hidden !== undefined) return whyNotCanonical[target.page.hidden];
  const further = canonicalHref(target.page);
  if (further === undefined) return undefined;
  const end = site.lookup(further);
  return end.kind === 'page' && end.page !== target.page
    ? `which names yet another page as canonical (${further.href})`
    : undefined;
}
