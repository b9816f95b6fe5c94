import { oneLine } from './plainText.ts';

/** Writes text as one line of Markdown, also in a table: what comes from a command or a page is text there, never markup. */
export function markdownLine(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|`*_~>[\]]/g, '\\$&');
}
