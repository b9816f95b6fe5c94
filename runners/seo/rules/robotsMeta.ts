import { at, type Issue } from '../issue.ts';
import { attribute, linksByRel, metaByName, type Page, resolveFrom } from '../page.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';

const known =
  /^(all|none|(no)?index|(no)?follow|noarchive|nocache|nosnippet|noimageindex|notranslate|nositelinkssearchbox|indexifembedded|max-snippet:-?\d+|max-image-preview:(none|standard|large)|max-video-preview:-?\d+|unavailable_after:.+)$/;

/** Directives for robots are known ones, do not contradict each other, and do not hide the front page. */
export const robotsMeta: Rule = {
  family: 'robotsMeta',
  checks: 'known directives, no contradictions, front page not hidden',
  page: checkRobotsMeta,
};

function* checkRobotsMeta(page: Page, site: Site): Iterable<Issue> {
  for (const element of metaByName(page, 'robots')) {
    const directives = splitDirectives(attribute(element, 'content'));
    for (const directive of directives.filter((each) => !known.test(each))) {
      yield {
        rule: 'robotsMeta/unknown',
        severity: 'warning',
        message: `"${directive}" is not a directive that search engines know.`,
        ...at(page, element),
      };
    }
    if (directives.includes('index') && directives.includes('noindex')) {
      yield {
        rule: 'robotsMeta/contradiction',
        severity: 'error',
        message: 'The directives say both index and noindex; search engines take noindex.',
        ...at(page, element),
      };
    }
  }
  if (page.hidden === 'noindex' && page.url.href === site.base.href) {
    yield {
      rule: 'robotsMeta/frontPage',
      severity: 'error',
      message: 'The front page tells search engines not to index it (noindex).',
      ...at(page, metaByName(page, 'robots')[0]),
    };
  }
  if (
    page.hidden === 'noindex' &&
    linksByRel(page, 'canonical').some((link) => leadsElsewhere(page, link, site))
  ) {
    yield {
      rule: 'robotsMeta/canonical',
      severity: 'warning',
      message:
        'The page is noindex and names another page as canonical; search engines can heed only one of the two.',
      ...at(page, linksByRel(page, 'canonical')[0]),
    };
  }
}

/** A directive without the spaces around its first colon. */
function withoutSpaces(directive: string): string {
  const colon = directive.indexOf(':');
  if (colon === -1) return directive.trim();
  return `${directive.slice(0, colon).trim()}:${directive.slice(colon + 1).trim()}`;
}

function splitDirectives(content: string): string[] {
  return content
    .toLowerCase()
    .split(/,(?!\s*\d)/)
    .map(withoutSpaces)
    .filter((directive) => directive !== '');
}

function leadsElsewhere(page: Page, link: Parameters<typeof attribute>[0], site: Site): boolean {
  const url = resolveFrom(page, attribute(link, 'href'));
  const target = url === undefined ? undefined : site.lookup(url);
  return target?.kind === 'page' && target.page !== page;
}
