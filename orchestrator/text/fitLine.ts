import { wrapTo } from '../../contract/textWidth.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Breaks lines between words where a terminal is narrower; later ones are indented, by default as far as what they go on
 * with. Elsewhere a line stays one.
 */
export function fitLine(text: string, stream: Terminal, indent?: number): string {
  if (!stream.isTTY) return text;
  const columns = stream.columns || 80;
  const fitted = (line: string) => wrapTo(line, columns, { indent: indent ?? indentOf(line) });
  return text.split('\n').flatMap(fitted).join('\n');
}

/** Where the text of a line begins, behind the mark of a list. */
function indentOf(line: string): number {
  return /^ *(?:- )?/.exec(line)?.[0].length ?? 0;
}
