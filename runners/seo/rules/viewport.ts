import { addToHead } from '../fix/headEdit.ts';
import { at, type Issue } from '../issue.ts';
import { attribute, metaByName, type Page } from '../page.ts';
import type { Rule } from '../rule.ts';

/** Every page fits a phone and lets its reader zoom. */
export const viewport: Rule = {
  family: 'viewport',
  checks: 'meta viewport, without a ban on zooming',
  page: checkViewport,
};

const tag = '<meta name="viewport" content="width=device-width, initial-scale=1">';

function* checkViewport(page: Page): Iterable<Issue> {
  // Nobody reads a page that leads on to another one.
  if (page.hidden === 'redirect') return;
  const [first] = metaByName(page, 'viewport');
  if (first === undefined) {
    yield {
      rule: 'viewport/missing',
      severity: 'error',
      message: 'The page has no meta viewport, so phones show it shrunk.',
      hint: `Add ${tag} to its head.`,
      fix: addToHead(page, tag, 'added the viewport'),
      ...at(page),
    };
    return;
  }
  const content = attribute(first, 'content').toLowerCase().replaceAll(' ', '');
  const largest = Number(/maximum-scale=([\d.]+)/.exec(content)?.[1] ?? 10);
  if (/user-scalable=(no|0)\b/.test(content) || largest < 2) {
    yield {
      rule: 'viewport/zoom',
      severity: 'warning',
      message: 'The meta viewport prevents readers from zooming in.',
      hint: 'Remove user-scalable and maximum-scale from it.',
      ...at(page, first),
    };
  }
}
