import { stripControls } from '../../../contract/text/stripControls.ts';

const mostLines = 10;

/** Finds where in a test file a failure happened, from the frames of its stack. */
export function failurePlace(stack: string, file: string): { line: number; column: number } | undefined {
  const plain = stripControls(stack);
  for (const start of indexesOf(plain, `${file}:`)) {
    const [, line, column] = /^(\d+):(\d+)/.exec(plain.slice(start + file.length + 1)) ?? [];
    if (line !== undefined) return { line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** Keeps what a human reads of a failure: the first lines before the frames of its stack. */
export function failureText(stack: string): string {
  const lines = stripControls(stack).split('\n');
  const frames = lines.findIndex((line) => /^\s+at\s/.test(line));
  const said = (frames === -1 ? lines : lines.slice(0, frames)).filter((line) => line.trim() !== '');
  return said.length <= mostLines ? said.join('\n') : [...said.slice(0, mostLines), '…'].join('\n');
}

function indexesOf(text: string, part: string): number[] {
  const indexes: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) indexes.push(at);
  return indexes;
}
