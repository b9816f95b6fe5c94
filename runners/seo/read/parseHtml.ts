import { type CheerioAPI, load } from 'cheerio';
import { adapter } from 'parse5-htmlparser2-tree-adapter';

/** A parsed document, with the text that its places count in. */
export interface ParsedHtml {
  /** Without a byte order mark. */
  source: string;
  $: CheerioAPI;
}

/** Browsers stop at 512; the parser's time grows with the square of the depth. */
const deepest = 2000;

/** Parses a document with the places of its elements; throws when it nests deeper than any page does. */
export function parseHtml(text: string): ParsedHtml {
  const source = text.replace(/^\uFEFF/, '');
  let open = 0;
  const treeAdapter = {
    ...adapter,
    onItemPush() {
      open += 1;
      if (open > deepest) throw new Error(`it nests more than ${deepest} elements`);
    },
    onItemPop() {
      open -= 1;
    },
  };
  return { source, $: load(source, { sourceCodeLocationInfo: true, treeAdapter }) };
}
