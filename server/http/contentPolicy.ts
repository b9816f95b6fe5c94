import { createHash } from 'node:crypto';

/** What a page may load and do, by the directives of a Content-Security-Policy. */
type Allowances = Record<string, string>;

/** What no page here may, unless it says otherwise: load anything, send a form, be framed, or set what links begin with. */
const nothing: Allowances = {
  'default-src': "'none'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Writes the policy of a page, which may do nothing but what is named. */
export function writePolicy(allowed: Allowances): string {
  return Object.entries({ ...nothing, ...allowed })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

/** Writes what a policy names instead of `unsafe-inline`: the hash of each `<script>` or `<style>` that a page holds. */
export function inlineSources(page: string, tag: 'script' | 'style'): string {
  return textsWithin(page, tag)
    .map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    .join(' ');
}

/** The texts of elements without attributes, as a browser reads them: up to the first end tag. */
function textsWithin(page: string, tag: string): string[] {
  const texts: string[] = [];
  for (let at = page.indexOf(`<${tag}>`); at >= 0; ) {
    const start = at + tag.length + 2;
    const end = page.indexOf(`</${tag}`, start);
    if (end < 0) throw new Error(`The page has a <${tag}> without an end.`);
    texts.push(page.slice(start, end));
    at = page.indexOf(`<${tag}>`, end);
  }
  return texts;
}

/** Answers that are no page: where a browser shows one, nothing in it runs, loads or frames. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

/** What every answer to a browser begins with; pages put their own policy in its place. */
export const browserHeaders = [
  ['content-security-policy', dataPolicy],
  ['referrer-policy', 'same-origin'],
] as const;
