import { at, type Issue } from '../issue.ts';
import { anchorNames, attribute, type Element, type Page, resolveFrom, select } from '../page.ts';
import { references } from '../references.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';

/** Links and files within the site lead somewhere, down to the anchor after the `#`. */
export const links: Rule = {
  family: 'link',
  checks: 'internal links, their anchors, and files that pages load',
  page: checkLinks,
};

function* checkLinks(page: Page, site: Site): Iterable<Issue> {
  for (const { selector, attribute: name, what } of references) {
    for (const element of select(page, selector)) {
      yield* checkReference(page, site, element, attribute(element, name).trim(), what);
    }
  }
}

function* checkReference(
  page: Page,
  site: Site,
  element: Element,
  href: string,
  what: string,
): Iterable<Issue> {
  const place = at(page, element);
  if (href === '') {
    if (what === 'link')
      yield { rule: 'link/empty', severity: 'warning', message: 'The link has no URL.', ...place };
    return;
  }
  const url = resolveFrom(page, href);
  if (url === undefined) {
    yield { rule: 'link/invalid', severity: 'error', message: `"${href}" is not a valid URL.`, ...place };
    return;
  }
  if (!/^https?:$/.test(url.protocol)) return;
  const target = site.lookup(url);
  if (target.kind === 'missing') {
    yield {
      rule: 'link/broken',
      severity: 'error',
      message: `The ${what} ${href} leads nowhere (${target.reason}).`,
      ...place,
    };
  } else if (target.kind === 'moved' && what === 'link') {
    yield {
      rule: 'link/moved',
      severity: 'warning',
      message: `The link ${href} redirects to ${target.to.href}.`,
      hint: 'Link to the new URL.',
      ...place,
    };
  } else if (target.kind === 'page' && what === 'link' && !hasAnchor(target.page, url)) {
    yield {
      rule: 'link/anchor',
      severity: 'warning',
      message: `The link ${href} leads to ${target.page.name}, which has no element with the id "${anchorOf(url)}".`,
      ...place,
    };
  }
}

function anchorOf(url: URL): string {
  const raw = url.hash.slice(1).split(':~:')[0] ?? '';
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

function hasAnchor(page: Page, url: URL): boolean {
  const anchor = anchorOf(url);
  if (anchor === '' || anchor.toLowerCase() === 'top') return true;
  // Addresses of client-side routers such as #/inbox and #!/inbox are no anchors.
  if (/^!?\//.test(anchor)) return true;
  return anchorNames(page).has(anchor);
}
