import { ownValue } from '../../../contract/ownValue.ts';
import type { Edit } from '../issue.ts';
import type { Element, Page } from '../page.ts';

/** Makes the edit that adds a tag to a page's head, on its own line and indented like its neighbours; undefined when the head is not written out. */
export function addToHead(page: Page, tag: string, summary: string, first = false): Edit | undefined {
  const place = first ? afterHeadTag(page) : afterLastMetadata(page);
  if (page.file === undefined || !page.utf8 || place === undefined) return undefined;
  return {
    file: page.file,
    start: place.offset,
    end: place.offset,
    text: `${place.lead}${likeNeighbours(page, tag)}`,
    summary,
  };
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

/** Escapes text for an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** Closes a tag as the others of the head are closed: XHTML wants the slash, and formatters write it. */
function likeNeighbours({ $, source }: Page, tag: string): string {
  const location = $('head').children('meta, link').get(0)?.sourceCodeLocation;
  const closed = location ? source.slice(location.startOffset, location.endOffset).endsWith('/>') : false;
  return closed ? tag.replace(/>$/, ' />') : tag;
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

function leadOf(source: string, offset: number): string {
  return /\r?\n[ \t]*$/.exec(source.slice(0, offset))?.[0] ?? '';
}
