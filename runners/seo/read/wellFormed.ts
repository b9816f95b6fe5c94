const piece =
  /<!--|<!\[CDATA\[|<\?|<!DOCTYPE|<\/([^\s>/]+)\s*>|<([^\s>/!?]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</giy;

/** Where that ends which is passed over, by how it begins. */
const ends = new Map([
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!DOCTYPE', '>'],
]);

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
  for (let at = 0; at < source.length; ) {
    piece.lastIndex = at;
    const match = piece.exec(source);
    // Whatever stands there is a piece, if only a `<`.
    if (match === null) break;
    const end = ends.get(match[0].toUpperCase());
    const fault = end === undefined ? readPiece(match, tree) : undefined;
    if (fault !== undefined) return fault;
    at = end === undefined ? piece.lastIndex : endAfter(source, end, piece.lastIndex);
    if (at === 0) return { message: notWritten, offset: match.index };
  }
  const { open, roots } = tree;
  if (open.length > 0) return { message: `<${open.at(-1)}> is never closed`, offset: source.length };
  return roots === 1 ? undefined : { message: `${roots} root elements; expected one`, offset: 0 };
}

/** The offset after the next such text; 0 where there is none. */
function endAfter(source: string, end: string, from: number): number {
  const found = source.indexOf(end, from);
  return found < 0 ? 0 : found + end.length;
}

const notWritten = 'a tag that is not written correctly';

interface Tree {
  open: string[];
  roots: number;
}

function readPiece(match: RegExpExecArray, tree: Tree): XmlFault | undefined {
  const [text, closed, opened, attributes, selfClosing] = match;
  const offset = match.index;
  if (text === '<') return { message: notWritten, offset };
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
