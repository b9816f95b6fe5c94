import { plural } from '../../../contract/text/plural.ts';
import { at, type Issue } from '../issue.ts';
import { attribute, foldSpace, metaByName, type Page } from '../page.ts';
import type { Rule } from '../rule.ts';

const shortest = 50;
const longest = 165;

/** Every page for search engines has one description, which results show below the title. */
export const description: Rule = {
  family: 'description',
  checks: `one meta description of ${shortest} to ${longest} characters`,
  page: checkDescription,
};

/** Gives a page's description, or the empty string. */
export function descriptionOf(page: Page): string {
  return foldSpace(attribute(metaByName(page, 'description')[0], 'content'));
}

function* checkDescription(page: Page): Iterable<Issue> {
  if (page.hidden !== undefined) return;
  const [first, second] = metaByName(page, 'description');
  if (second !== undefined) {
    yield {
      rule: 'description/several',
      severity: 'warning',
      message: 'The page has more than one meta description.',
      ...at(page, second),
    };
  }
  const length = [...descriptionOf(page)].length;
  if (length === 0) {
    yield {
      rule: 'description/missing',
      severity: 'warning',
      message: first === undefined ? 'The page has no meta description.' : 'The meta description is empty.',
      hint: 'Add <meta name="description" content="…"> with one or two sentences about this page.',
      ...at(page, first),
    };
  } else if (length < shortest || length > longest) {
    yield {
      rule: 'description/length',
      severity: 'warning',
      message: `The meta description has ${plural(length, 'character')}; expected ${shortest} to ${longest}.`,
      ...at(page, first),
    };
  }
}
