import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { widthOf } from '../../contract/text/textWidth.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';

/** Where a module could not be loaded, and why. */
interface Fault {
  file: string;
  /** Counted from 1, as the column is. */
  line: number;
  column: number;
  why: string;
}

/**
 * Says of a module that could not be loaded where and why, with the line: of a fault of its syntax or of the modules that
 * it imports, and of an error that was thrown while it ran.
 */
export async function describeFault(file: string, error: unknown): Promise<string> {
  const why = error instanceof Error ? error.message : String(error);
  const fault = placeInStack(error, why) ?? (await findSyntaxFault(file));
  if (fault === undefined) return `${file} could not be loaded: ${why}`;
  const inOther = fault.file === file ? '' : `${file} could not be loaded: `;
  const what = inOther === '' ? 'could not be loaded' : 'has an error';
  return `${inOther}${fault.file}:${fault.line}:${fault.column} ${what}: ${fault.why}${await quoted(fault)}`;
}

/** Node names the place of some faults of syntax above the stack, with a mark below the line, and of errors in it. */
function placeInStack(error: unknown, why: string): Fault | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const lines = error.stack.split('\n');
  const frames = lines.findIndex((line) => line.startsWith('    at '));
  const [first = ''] = lines;
  const head = /^(.+):(\d+)$/.exec(first);
  const mark = lines.slice(0, frames).find((line) => /^ *\^+$/.test(line));
  if (head !== null && mark !== undefined)
    return { file: pathOf(head[1] ?? ''), line: Number(head[2]), column: mark.indexOf('^') + 1, why };
  return placeInFrame(lines[frames] ?? '', why);
}

/** The place that a line of a stack names, where that is a module of somebody. */
function placeInFrame(frame: string, why: string): Fault | undefined {
  const begin = frame.indexOf('file://');
  if (begin === -1) return undefined;
  const parts = trimEndOf(frame.slice(begin), ')').split(':');
  const [line, column] = parts.splice(-2).map(Number);
  if (!line || !column) return undefined;
  return { file: pathOf(parts.join(':')), line, column, why };
}

/** The path of a module, without what its address was given to be read anew. */
function pathOf(address: string): string {
  return address.startsWith('file://') ? fileURLToPath(address.replace(/\?changed=[\d.]+$/, '')) : address;
}

/** The most modules that are looked at. */
const maxModules = 50;

/** Of other faults of syntax it says nothing, so the module and those that it imports are parsed once more. */
async function findSyntaxFault(entry: string): Promise<Fault | undefined> {
  // Loaded only where something is wrong.
  const { parseSync } = await import('oxc-parser');
  const files = new Set([entry]);
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const { errors, module } = parseSync(file, text);
    const [found] = errors.filter(({ severity }) => severity === 'Error');
    if (found !== undefined)
      return { file, ...placeOf(text, found.labels[0]?.start ?? 0), why: found.message };
    for (const { moduleRequest } of module.staticImports) {
      if (/^\.\.?\//.test(moduleRequest.value) && files.size < maxModules)
        files.add(resolve(dirname(file), moduleRequest.value));
    }
  }
  return undefined;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** How much of a long line is shown on each side of the fault. */
const shownAround = 50;

/** The line of a fault, and below it a mark where it is. */
async function quoted({ file, line, column }: Fault): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const whole = (text.split('\n')[line - 1] ?? '').replaceAll('\t', ' ').trimEnd();
  if (whole === '') return '';
  const begin = Math.max(0, column - 1 - shownAround);
  const shown = whole.slice(begin, column + shownAround);
  const indent = ' '.repeat(widthOf(whole.slice(begin, column - 1)));
  const number = String(line);
  return `\n  ${number} | ${shown}\n  ${' '.repeat(number.length)} | ${indent}^`;
}
