import { plural } from '../../../contract/text/plural.ts';
import { at, type Edit, type Issue } from '../issue.ts';
import { type Element, type Page, textOf, titleElements } from '../page.ts';
import type { Rule } from '../rule.ts';

const shortest = 10;
const longest = 70;

/** Every page has one title of a useful length: search results show about 60 characters of it. */
export const title: Rule = {
  family: 'title',
  checks: `one <title> of ${shortest} to ${longest} characters`,
  page: checkTitle,
};

function* checkTitle(page: Page): Iterable<Issue> {
  const [first, second] = titleElements(page);
  if (second !== undefined) {
    yield {
      rule: 'title/several',
      severity: 'error',
      message: 'The page has more than one <title>; only the first one counts.',
      ...at(page, second),
    };
  }
  const text = first === undefined ? '' : textOf(page, first);
  if (first === undefined || text === '') {
    yield {
      rule: 'title/missing',
      severity: 'error',
      message: first === undefined ? 'The page has no <title>.' : 'The <title> is empty.',
      hint: 'Add a <title> that says what this page is about.',
      ...at(page, first),
    };
    return;
  }
  yield* checkSpace(page, first);
  if (page.hidden === undefined) yield* checkLength(page, first, [...text].length);
}

function* checkSpace(page: Page, element: Element): Iterable<Issue> {
  const written = page.$(element).text();
  if (written === written.trim()) return;
  yield {
    rule: 'title/space',
    severity: 'warning',
    message: 'The <title> begins or ends with whitespace.',
    fix: trimEdit(page, element),
    ...at(page, element),
  };
}

function trimEdit(page: Page, element: Element): Edit | undefined {
  const start = element.sourceCodeLocation?.startTag?.endOffset;
  const end = element.sourceCodeLocation?.endTag?.startOffset;
  if (page.file === undefined || !page.utf8 || start === undefined || end === undefined) return undefined;
  const text = page.source.slice(start, end);
  // Whitespace written as a character reference stays: nobody writes it by accident.
  if (text === text.trim()) return undefined;
  return { file: page.file, start, end, text: text.trim(), summary: 'trimmed the title' };
}

function* checkLength(page: Page, element: Element, length: number): Iterable<Issue> {
  if (length >= shortest && length <= longest) return;
  yield {
    rule: 'title/length',
    severity: 'warning',
    message: `The <title> has ${plural(length, 'character')}; expected ${shortest} to ${longest}.`,
    hint:
      length < shortest ? 'Say what sets this page apart.' : 'Put the important words first and shorten it.',
    ...at(page, element),
  };
}
