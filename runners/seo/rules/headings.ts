import { at, type Issue } from '../issue.ts';
import { type Element, foldSpace, type Page, textOf } from '../page.ts';
import type { Rule } from '../rule.ts';

/** Headings form an outline: one h1, no level left out, none empty. */
export const headings: Rule = {
  family: 'heading',
  checks: 'one <h1>, levels in order, no empty heading',
  page: checkHeadings,
};

function* checkHeadings(page: Page): Iterable<Issue> {
  const all = page.$('h1, h2, h3, h4, h5, h6').toArray();
  yield* checkFirstLevel(page, all);
  let previous = 0;
  for (const heading of all) {
    const level = Number(heading.tagName.slice(1));
    if (contentOf(page, heading) === '') {
      yield {
        rule: 'heading/empty',
        severity: 'warning',
        message: `The <${heading.tagName}> is empty.`,
        ...at(page, heading),
      };
    }
    if (previous > 0 && level > previous + 1) {
      yield {
        rule: 'heading/order',
        severity: 'warning',
        message: `An <h${level}> follows an <h${previous}>; expected at most <h${previous + 1}>.`,
        ...at(page, heading),
      };
    }
    previous = level;
  }
}

function* checkFirstLevel(page: Page, all: Element[]): Iterable<Issue> {
  const [first, second] = all.filter(({ tagName }) => tagName === 'h1');
  if (first === undefined && page.hidden !== 'redirect') {
    yield {
      rule: 'heading/missing',
      severity: 'error',
      message: 'The page has no <h1>.',
      hint: 'Make the heading that names the page an <h1>.',
      ...at(page),
    };
  }
  if (second !== undefined) {
    yield {
      rule: 'heading/several',
      severity: 'warning',
      message: 'The page has more than one <h1>.',
      hint: 'Keep the one that names the page and make the others <h2>.',
      ...at(page, second),
    };
  }
}

function contentOf(page: Page, heading: Element): string {
  const images = page
    .$(heading)
    .find('img[alt]')
    .toArray()
    .map(({ attribs }) => attribs.alt ?? '');
  const labelled = heading.attribs['aria-label'] ?? '';
  const svg = page.$(heading).find('svg[aria-label]').attr('aria-label') ?? '';
  return foldSpace([textOf(page, heading), ...images, labelled, svg].join(' '));
}
