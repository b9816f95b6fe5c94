import { addToHead } from '../fix/headEdit.ts';
import { at, type Issue } from '../issue.ts';
import { attribute, type Element, type Page } from '../page.ts';
import type { Rule } from '../rule.ts';

/** Every page declares UTF-8 within its first 1,024 bytes, as HTML's standard asks. */
export const charset: Rule = {
  family: 'charset',
  checks: 'declared, UTF-8, within the first 1,024 bytes',
  page: checkCharset,
};

function* checkCharset(page: Page): Iterable<Issue> {
  const element = page.$('meta[charset], meta[http-equiv="content-type" i]').get(0);
  const declared = element === undefined ? page.headerCharset : charsetOf(element);
  if (!page.utf8) {
    yield {
      rule: 'charset/bytes',
      severity: 'error',
      message: 'The page is not valid UTF-8.',
      hint: 'Save it as UTF-8. Until then it is not fixed automatically.',
      ...at(page, element),
    };
  }
  if (declared === undefined) {
    yield {
      rule: 'charset/missing',
      severity: 'error',
      message: 'The page declares no character encoding.',
      hint: 'Add <meta charset="utf-8"> as the first thing in its head.',
      fix: addToHead(page, '<meta charset="utf-8">', 'declared the charset', true),
      ...at(page),
    };
  } else if (declared.toLowerCase() !== 'utf-8') {
    yield {
      rule: 'charset/legacy',
      severity: 'warning',
      message: `The page declares the encoding "${declared}"; expected utf-8.`,
      ...at(page, element),
    };
  } else if (element !== undefined && page.headerCharset === undefined && bytesBefore(page, element) > 1024) {
    yield {
      rule: 'charset/late',
      severity: 'warning',
      message: 'The charset is declared after the first 1,024 bytes, where browsers no longer look.',
      hint: 'Make it the first thing in the head.',
      ...at(page, element),
    };
  }
}

function charsetOf(element: Element): string | undefined {
  if (element.attribs.charset !== undefined) return element.attribs.charset.trim();
  return /charset\s*=\s*["']?([^\s;"']+)/i.exec(attribute(element, 'content'))?.[1];
}

function bytesBefore(page: Page, element: Element): number {
  return Buffer.byteLength(page.source.slice(0, element.sourceCodeLocation?.endOffset ?? 0));
}
