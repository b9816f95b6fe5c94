import type { CheerioAPI } from 'cheerio';
import type { ParsedHtml } from './parseHtml.ts';

type AnyNode = ReturnType<ReturnType<CheerioAPI['root']>['contents']>[number];

/** Tells a whole document from a part that some page includes. */
export function isWholeDocument({ source, $ }: ParsedHtml): boolean {
  return /<!doctype html|<(html|head)[\s>]/i.test(source) || $('head > title').length > 0;
}

/**
 * Tells a template from a page: a file with front matter, or with the marks of a template language where a reader
 * would see them. Samples of code are no such place, nor is a plain `{{ name }}` of the body, which a script in the
 * browser may fill in.
 */
export function isTemplate({ source, $ }: ParsedHtml): boolean {
  if (source.trimStart().startsWith('{{') || /^(---|\+\+\+)[ \t]*\r?\n/.test(source)) return true;
  if (!isMarked(source, true)) return false;
  const head = $('head').get(0);
  const waiting = $.root()
    .contents()
    .toArray()
    .map((node): { node: AnyNode; inHead: boolean } => ({ node, inHead: false }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next;
    const inHead = next.inHead || node === head;
    if (textsOf(node).some((text) => isMarked(text, inHead))) return true;
    if (!('children' in node) || isCode(node)) continue;
    for (const child of node.children) waiting.push({ node: child, inHead });
  }
  return false;
}

function textsOf(node: AnyNode): string[] {
  if ('attribs' in node) return [...Object.keys(node.attribs), ...Object.values(node.attribs)];
  // `<?php … ?>` is parsed into a comment; other comments are nobody's to read.
  if (node.type === 'comment') return node.data.startsWith('?') ? [`<${node.data}`] : [];
  return 'data' in node ? [node.data] : [];
}

const anywhere =
  /<%|<\?(php|=)|\{%|\{\{[-#/>~]|\{\{ ?\.[A-Z]|\{\{ ?(include|template|partial|block|range|if|else|end|with|define)\b/;
const inHeadOnly = /\{\{|%[A-Z]+_[A-Z_]+%|%sveltekit\./;

function isMarked(text: string, inHead: boolean): boolean {
  return anywhere.test(text) || (inHead && inHeadOnly.test(text));
}

const code = new Set([
  'pre',
  'code',
  'kbd',
  'samp',
  'tt',
  'xmp',
  'textarea',
  'script',
  'style',
  'template',
  'noscript',
]);

function isCode(node: AnyNode): boolean {
  return 'name' in node && code.has(node.name);
}
