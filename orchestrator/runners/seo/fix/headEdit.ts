import { ownValue } from '../../../../contract/ownValue.ts';
import type { Edit } from '../issue.ts';
import type { Element, Page } from '../page.ts';

/** Makes the edit that adds a tag to a page's head, on its own line and indented like its neighbours; undefined when the head is not written out. */
export function addToHead(page: Page, tag: string, summary: string, first = false): Edit | undefined {
  const place = first ? afterHeadTag(page) : afterLastMetadata(page);
  if (page.file === undefined || !page.utf8 || place === undefined) return undefined;
  return { file: page.file, start: place.offset, end: place.offset, text: `${place.lead}${tag}`, summary };
}

/** Makes the edit that replaces the value of an attribute; undefined when it is not written in the source. */
export function replaceAttribute(
  page: Page,
  element: Element,
  name: string,
  value: string,
  summary: string,
): Edit | undefined {
  const location = attributeLocation(element, name);
  if (page.file === undefined || !page.utf8 || !location) return undefined;
  const written = page.source.slice(location.startOffset, location.endOffset);
  const writtenName = /^[^\s=]+/.exec(written)?.[0] ?? name;
  return {
    file: page.file,
    start: location.startOffset,
    end: location.endOffset,
    text: `${writtenName}="${escapeAttribute(value)}"`,
    summary,
  };
}

/** Makes the edit that adds an attribute to the end of a start tag; undefined when the tag is not written in the source. */
export function addAttribute(
  page: Page,
  element: Element,
  name: string,
  value: string,
  summary: string,
): Edit | undefined {
  const location = element.sourceCodeLocation;
  const tagEnd = location?.startTag?.endOffset ?? location?.endOffset;
  if (page.file === undefined || !page.utf8 || !location || tagEnd === undefined) return undefined;
  const tag = page.source.slice(location.startOffset, tagEnd);
  if (!tag.endsWith('>')) return undefined;
  const isSelfClosing = tag.endsWith('/>');
  const open = tag.slice(0, isSelfClosing ? -2 : -1);
  // In `<img src=a/>` the slash belongs to the unquoted value.
  if (
    isSelfClosing &&
    open
      .split(/[\s"'>]/)
      .at(-1)
      ?.includes('=')
  )
    return undefined;
  const start = location.startOffset + open.trimEnd().length;
  return { file: page.file, start, end: start, text: ` ${name}="${escapeAttribute(value)}"`, summary };
}

/** Escapes text for an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

interface Place {
  offset: number;
  /** What stands before the new tag: line end and indentation, or nothing in a minified head. */
  lead: string;
}

interface Span {
  startOffset: number;
  endOffset: number;
}

function attributeLocation(element: Element, name: string): Span | undefined {
  // parse5 records the places of attributes, which the types of the tree do not mention.
  const location: { attrs?: Record<string, Span>; startTag?: unknown } | null | undefined =
    element.sourceCodeLocation;
  return ownValue(location?.attrs ?? {}, name);
}

function afterHeadTag({ $, source }: Page): Place | undefined {
  const head = $('head').get(0);
  const offset = head?.sourceCodeLocation?.startTag?.endOffset;
  if (offset === undefined) return undefined;
  const child = $(head).children().get(0)?.sourceCodeLocation?.startOffset;
  return { offset, lead: child === undefined ? '' : leadOf(source, child) };
}

function afterLastMetadata(page: Page): Place | undefined {
  const { $, source } = page;
  const known = $('head').children('title, meta, link[rel="canonical"]').toArray();
  const location = known.at(-1)?.sourceCodeLocation;
  if (!location) return afterHeadTag(page);
  return { offset: location.endOffset, lead: leadOf(source, location.startOffset) };
}

/** What stands before a tag: the line end and the indentation, or nothing. */
export function leadOf(source: string, offset: number): string {
  return /\r?\n[ \t]*$/.exec(source.slice(0, offset))?.[0] ?? '';
}
