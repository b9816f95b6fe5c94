import { wrapTo } from '../../contract/text/textWidth.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Breaks lines between words where a terminal is narrower; later ones are indented, by default as far as what they go on
 * with. A word that is wider than the terminal, such as a link to copy, stays whole unless it `breaks`. Elsewhere a line
 * stays one.
 */
export function fitLine(text: string, stream: Terminal, indent?: number, breaks = false): string {
  if (!stream.isTTY) return spaced(text);
  const columns = stream.columns || 80;
  const fitted = (line: string) => wrapTo(line, columns, { indent: indent ?? indentOf(line), breaks });
  return spaced(text.split('\n').flatMap(fitted).join('\n'));
}

/** Keeps a text, such as a command to copy, in one line when its line is broken. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', hardSpace);
}

/** Hard spaces are for breaking lines only: a shell takes none. */
function spaced(text: string): string {
  return text.replaceAll(hardSpace, ' ');
}

const hardSpace = '\u00a0';

/** Where the text of a line begins, behind the mark of a list. */
function indentOf(line: string): number {
  return /^ *(?:- )?/.exec(line)?.[0].length ?? 0;
}
