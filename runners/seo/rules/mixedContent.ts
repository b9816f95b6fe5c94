import { at, type Issue } from '../issue.ts';
import { attribute, type Page, select } from '../page.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';

/** A page that is served over https loads nothing over http: browsers block or upgrade it. */
export const mixedContent: Rule = {
  family: 'mixedContent',
  checks: 'nothing loaded over http by a page on https',
  page: checkMixedContent,
};

const loaders: { selector: string; attribute: string; active: boolean }[] = [
  { selector: 'script[src]', attribute: 'src', active: true },
  { selector: 'iframe[src]', attribute: 'src', active: true },
  { selector: 'object[data]', attribute: 'data', active: true },
  { selector: 'link[rel~="stylesheet" i][href]', attribute: 'href', active: true },
  { selector: 'form[action]', attribute: 'action', active: true },
  { selector: 'img[src], video[src], audio[src], source[src], embed[src]', attribute: 'src', active: false },
  { selector: 'video[poster]', attribute: 'poster', active: false },
];

function* checkMixedContent(page: Page, site: Site): Iterable<Issue> {
  if (site.published && page.url.protocol !== 'https:') return;
  for (const { selector, attribute: name, active } of loaders) {
    for (const element of select(page, selector)) {
      const address = attribute(element, name).trim();
      if (!/^http:\/\//i.test(address)) continue;
      yield {
        rule: 'mixedContent/http',
        severity: active ? 'error' : 'warning',
        message: `The <${element.tagName}> uses ${address} over http.`,
        hint: 'Use its https URL.',
        ...at(page, element),
      };
    }
  }
}
