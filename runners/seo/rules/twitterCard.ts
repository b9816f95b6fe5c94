import { at, type Issue } from '../issue.ts';
import { attribute, metaByProperty, type Page } from '../page.ts';
import type { Rule } from '../rule.ts';

const kinds = ['summary', 'summary_large_image', 'app', 'player'];

/** Every page for search engines says how X shows a link to it; the texts come from Open Graph. */
export const twitterCard: Rule = {
  family: 'twitter',
  checks: 'twitter:card of a known kind',
  page: checkCard,
};

function* checkCard(page: Page): Iterable<Issue> {
  if (page.hidden !== undefined) return;
  const [card] = metaByProperty(page, 'twitter:card');
  const kind = attribute(card, 'content').trim();
  const tag = '<meta name="twitter:card" content="summary">';
  if (card === undefined) {
    yield {
      rule: 'twitter/card',
      severity: 'warning',
      message: 'The page has no twitter:card.',
      hint: `Add ${tag}, or summary_large_image when its image is wide.`,
      ...at(page),
    };
  } else if (!kinds.includes(kind)) {
    yield {
      rule: 'twitter/kind',
      severity: 'error',
      message: `twitter:card is "${kind}"; expected one of ${kinds.join(', ')}.`,
      ...at(page, card),
    };
  }
}
