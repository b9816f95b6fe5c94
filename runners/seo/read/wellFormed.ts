const piece =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<\/([^\s>/]+)\s*>|<([^\s>/!?]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</giy;

const reference = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i;

/** A place where a text stops being XML. */
export interface XmlFault {
  message: string;
  /** Counted in UTF-16 units from the text's start. */
  offset: number;
}

/** Finds the first place where a text is not well-formed XML (tags that do not match, stray `<` or `&`), or undefined. */
export function findXmlFault(source: string): XmlFault | undefined {
  const tree: Tree = { open: [], roots: 0 };
  for (const match of source.matchAll(piece)) {
    const fault = readPiece(match, tree);
    if (fault !== undefined) return fault;
  }
  const { open, roots } = tree;
  if (open.length > 0) return { message: `<${open.at(-1)}> is never closed`, offset: source.length };
  return roots === 1 ? undefined : { message: `${roots} root elements; expected one`, offset: 0 };
}

interface Tree {
  open: string[];
  roots: number;
}

function readPiece(match: RegExpExecArray, tree: Tree): XmlFault | undefined {
  const [text, closed, opened, attributes, selfClosing] = match;
  const offset = match.index;
  if (text === '<') return { message: 'a tag that is not written correctly', offset };
  if (closed !== undefined) {
    const expected = tree.open.pop();
    return expected === closed ? undefined : { message: mismatch(closed, expected), offset };
  }
  if (opened !== undefined) {
    if (reference.test(attributes ?? '')) return { message: strayAmpersand, offset };
    if (tree.open.length === 0) tree.roots += 1;
    if (selfClosing === '') tree.open.push(opened);
    return undefined;
  }
  return text.startsWith('<') ? undefined : faultOfText(text, offset, tree.open.length > 0);
}

const strayAmpersand = 'an & that is not escaped; expected &amp;';

function mismatch(closed: string, expected: string | undefined): string {
  return `</${closed}> closes ${expected === undefined ? 'nothing' : `<${expected}>`}`;
}

function faultOfText(text: string, offset: number, inside: boolean): XmlFault | undefined {
  const stray = reference.exec(text);
  if (stray !== null) return { message: strayAmpersand, offset: offset + stray.index };
  return inside || text.trim() === '' ? undefined : { message: 'text outside of every element', offset };
}
