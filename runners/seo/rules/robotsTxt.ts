import type { Issue } from '../issue.ts';
import type { Robots } from '../read/robots.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';

const fields = ['user-agent', 'allow', 'disallow', 'sitemap', 'crawl-delay', 'host', 'clean-param'];

/** robots.txt is there, can be read line by line, names the sitemap and does not lock the site (RFC 9309). */
export const robotsTxt: Rule = {
  family: 'robotsTxt',
  checks: 'present, readable, names the sitemap, does not lock the site',
  site: checkRobotsTxt,
};

function* checkRobotsTxt({ robots, base, pages }: Site): Iterable<Issue> {
  if (robots === undefined) {
    if (pages.length === 0 || base.pathname !== '/') return;
    yield {
      rule: 'robotsTxt/missing',
      severity: 'warning',
      message: 'The site has no robots.txt.',
      hint: 'Add one with "User-agent: *", "Allow: /" and a "Sitemap:" line.',
      url: new URL('/robots.txt', base).href,
    };
    return;
  }
  yield* checkLines(robots);
  if (!robots.allows(base, 'Googlebot')) {
    yield {
      rule: 'robotsTxt/locked',
      severity: 'error',
      message: 'robots.txt excludes the front page.',
      ...robots.place,
    };
  }
  if (robots.sitemaps.length === 0) {
    yield {
      rule: 'robotsTxt/sitemap',
      severity: 'warning',
      message: 'robots.txt names no sitemap.',
      hint: 'Add a line "Sitemap: https://…/sitemap.xml".',
      ...robots.place,
    };
  }
}

function* checkLines({ source, place }: Robots): Iterable<Issue> {
  let inGroup = false;
  for (const [index, raw] of source.split(/\r\n|\r|\n/).entries()) {
    const text = raw.replace(/#.*/, '').trim();
    if (text === '') continue;
    const [field = '', value] = splitOnce(text);
    const why = faultOf(field.toLowerCase(), value, inGroup);
    inGroup ||= field.toLowerCase() === 'user-agent';
    if (why === undefined) continue;
    yield {
      rule: 'robotsTxt/line',
      severity: 'warning',
      message: `"${text}": ${why}.`,
      ...place,
      line: index + 1,
    };
  }
}

function splitOnce(text: string): [string, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, undefined] : [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function faultOf(field: string, value: string | undefined, inGroup: boolean): string | undefined {
  if (value === undefined) return 'expected "field: value"';
  if (!fields.includes(field)) return `unknown field; expected one of ${fields.slice(0, 4).join(', ')}`;
  if ((field === 'allow' || field === 'disallow') && !inGroup) return 'it stands before any User-agent line';
  if ((field === 'allow' || field === 'disallow') && value !== '' && !/^[/*]/.test(value)) {
    return 'expected a path that begins with /';
  }
  if (field === 'sitemap' && !/^https?:\/\//i.test(value)) return 'expected an absolute URL';
  return undefined;
}
