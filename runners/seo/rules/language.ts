import { at, type Issue } from '../issue.ts';
import { attribute, type Page } from '../page.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';

/** Every page declares its language with a BCP 47 tag, as WCAG 3.1.1 and search engines ask. */
export const language: Rule = {
  family: 'lang',
  checks: '<html lang> with a valid language tag',
  page: checkLanguage,
};

/** Tells whether a text is a well-formed language tag such as `en`, `de-AT` or `zh-Hant`. */
export function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1 && /^[a-z]{2,3}(-|$)/i.test(tag);
  } catch {
    return false;
  }
}

function* checkLanguage(page: Page, site: Site): Iterable<Issue> {
  const html = page.$('html').get(0);
  const tag = attribute(html, 'lang').trim();
  if (tag === '') {
    yield {
      rule: 'lang/missing',
      severity: 'error',
      message: 'The <html> element declares no language.',
      hint: suggestion(declaredElsewhere(page) ?? site.language),
      ...at(page, html),
    };
  } else if (!isLanguageTag(tag)) {
    yield {
      rule: 'lang/invalid',
      severity: 'error',
      message: `The language "${tag}" is not a valid tag; expected one such as en, de-AT or zh-Hant.`,
      ...at(page, html),
    };
  }
}

function suggestion(tag: string | undefined): string {
  return tag === undefined ? 'Add lang="…" to <html>, such as lang="en".' : `Add lang="${tag}" to <html>.`;
}

function declaredElsewhere({ $ }: Page): string | undefined {
  const locale = attribute($('meta[property="og:locale"]').get(0), 'content');
  const header = attribute($('meta[http-equiv="content-language" i]').get(0), 'content');
  const tags = [locale, header].map((tag) => tag.trim().replace('_', '-')).filter((tag) => tag !== '');
  const [tag] = tags;
  const agreed = new Set(tags.map((each) => each.split('-')[0]?.toLowerCase())).size === 1;
  return agreed && tag !== undefined && isLanguageTag(tag) ? tag : undefined;
}
