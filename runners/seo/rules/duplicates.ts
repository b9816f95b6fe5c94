import { at, type Issue } from '../issue.ts';
import { type Element, metaByName, type Page, textOf, titleElements } from '../page.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';
import { canonicalHref } from './canonical.ts';
import { descriptionOf } from './description.ts';

/** No two pages share a title or a description, unless both name the same canonical page. */
export const duplicates: Rule = {
  family: 'duplicate',
  checks: 'titles and descriptions that several pages share',
  site: checkDuplicates,
};

function* checkDuplicates({ pages }: Site): Iterable<Issue> {
  const distinct = distinctPages(pages);
  yield* shared(distinct, 'title', titleOf, (page) => titleElements(page)[0]);
  yield* shared(distinct, 'description', descriptionOf, (page) => metaByName(page, 'description')[0]);
}

function distinctPages(pages: Page[]): Page[] {
  const seen = new Map<string, Page>();
  for (const page of pages.filter(({ hidden }) => hidden === undefined)) {
    const key = canonicalHref(page)?.href ?? page.url.href;
    if (!seen.has(key)) seen.set(key, page);
  }
  return [...seen.values()];
}

function titleOf(page: Page): string {
  const [first] = titleElements(page);
  return first === undefined ? '' : textOf(page, first);
}

function* shared(
  pages: Page[],
  what: 'title' | 'description',
  read: (page: Page) => string,
  find: (page: Page) => Element | undefined,
): Iterable<Issue> {
  for (const [text, group] of Map.groupBy(pages, read)) {
    const [first, ...others] = group;
    if (text === '' || first === undefined) continue;
    for (const page of others) {
      yield {
        rule: `duplicate/${what}`,
        severity: 'warning',
        message: `The ${what} is the same as on ${first.name}.`,
        hint: `Give each page its own ${what}, or let one name the other as its canonical page.`,
        ...at(page, find(page)),
      };
    }
  }
}
