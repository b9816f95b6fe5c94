import type { LineLimits } from '../text/boundedLine.ts';
import { attach, type Row } from './row.ts';

/** The longest text of a link that is compared with its address. */
const longestText = 4096;

/** Follows the links of a terminal (OSC 8), whose addresses nobody sees: each is written behind the text of its link. */
export function followLinks(limits: LineLimits) {
  let link: { target: string; text: string; row?: Row; column?: number | undefined } | undefined;
  return {
    isOpen: () => link !== undefined,
    open(target: string): void {
      link = target === '' ? undefined : { target, text: '' };
    },
    /** Takes what was written to a row, and the column behind it. */
    wrote(row: Row, column: number | undefined, text: string): void {
      if (link === undefined) return;
      if (link.text.length < longestText) link.text += text.slice(0, longestText);
      link.row = row;
      link.column = column;
    },
    /** Ends the link that is open; gives the row to which its address was added, if one was. */
    close(rows: readonly Row[]): Row | undefined {
      const ended = link;
      link = undefined;
      if (ended?.row === undefined || !rows.includes(ended.row)) return undefined;
      if (says(ended.text, ended.target)) return undefined;
      attach(ended.row, ended.column, ` (${ended.target})`, limits);
      return ended.row;
    },
  };
}

/** Says whether the text of a link is its address, so that nothing is hidden. */
function says(text: string, target: string): boolean {
  if (text.includes(target)) return true;
  const written = text.trim();
  return URL.canParse(written) && URL.canParse(target) && new URL(written).href === new URL(target).href;
}
