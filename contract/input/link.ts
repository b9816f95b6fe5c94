import { oneLine } from '../text/plainText.ts';
import { isRunByBrowsers, toWebLink } from '../urls/webLink.ts';

/** How long a link may be: what the column holds. */
export const maxLinkLength = 512;

/** What is kept of a link that was reported, and what there is to say about it. */
export interface KeptLink {
  uri: string | null;
  remarks: string[];
}

/**
 * Reads what an outside reporter or a worker gives as the link to what a task made; nothing is refused. An http(s)
 * address is percent-encoded where it must be, another text stays text that nothing makes a link of, and what a browser
 * would run is dropped.
 */
export function keepLink(given: string): KeptLink {
  const text = oneLine(given).trim();
  if (isRunByBrowsers(text)) {
    const remark = `The link ${quote(text)} was dropped, because a browser would run it. Report an http(s) URL.`;
    return { uri: null, remarks: [remark] };
  }
  const link = toWebLink(text);
  if (link !== undefined && link.length <= maxLinkLength) return { uri: link, remarks: [] };
  if (text.length <= maxLinkLength) return { uri: text === '' ? null : text, remarks: [] };
  const remark = `The link ${quote(text)} was cut off after ${maxLinkLength} of ${text.length} characters. Report a shorter one.`;
  return { uri: text.slice(0, maxLinkLength).toWellFormed(), remarks: [remark] };
}

function quote(text: string): string {
  return JSON.stringify(text.length <= 80 ? text : `${text.slice(0, 79).toWellFormed()}…`);
}

/** Says what people must know of a link that was reported: what of it is not kept, and why. */
export function remarksOnLink(given: string | null | undefined): string[] {
  return given == null ? [] : keepLink(given).remarks;
}
