import { join } from 'node:path';
import { splitScript, withoutPrefixes } from '../../repository/splitScript.ts';

/** Something that a script needs to be there: a file below the package, or another script of it. */
export interface Target {
  kind: 'file' | 'script';
  name: string;
}

/** Reads which files and scripts a package.json script names; what a shell would compute is left out. */
export function readTargets(script: string): Target[] {
  let directory = '.';
  const targets: Target[] = [];
  for (const command of splitScript(script).map(withoutPrefixes)) {
    const [program = '', ...words] = command;
    if (program === 'cd') directory = join(directory, words[0] ?? '.');
    else if (/^\.{1,2}\//.test(program)) targets.push({ kind: 'file', name: join(directory, program) });
    else if (interpreters.includes(program)) targets.push(...interpreted(program, words, directory));
    else if (managers.includes(program) && directory === '.') targets.push(...managed(words));
    else if (sequencers.includes(program) && directory === '.')
      targets.push(...words.filter(isPlainName).map(scriptTarget));
  }
  return targets.filter(({ kind, name }) => kind === 'script' || !/[$*?{}[\]~`%<>]/.test(name));
}

const interpreters = ['node', 'tsx', 'ts-node', 'babel-node', 'sh', 'bash', 'python', 'python3'];
const managers = ['npm', 'pnpm', 'yarn', 'bun'];
const sequencers = ['run-s', 'run-p', 'npm-run-all', 'npm-run-all2'];
const valueFlags = [
  '--import',
  '--require',
  '-r',
  '--loader',
  '--experimental-loader',
  '--conditions',
  '-C',
  '--project',
  '-P',
];
const inlineFlags = [
  '-e',
  '--eval',
  '-p',
  '--print',
  '-c',
  '-m',
  '--run',
  '--test',
  '-pe',
  '-v',
  '--version',
  '-i',
];
const elsewhereFlags =
  /^(-w|--workspaces?|--prefix|-C|--dir|--cwd|--filter|-F|-r|--recursive|--if-present)(=|$)/;

function interpreted(program: string, words: readonly string[], directory: string): Target[] {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (inlineFlags.includes(word)) return [];
    if (valueFlags.includes(word)) at += 1;
    else if (!word.startsWith('-'))
      return isPath(program, word) ? [{ kind: 'file', name: join(directory, word) }] : [];
  }
  return [];
}

function isPath(program: string, word: string): boolean {
  if (program === 'tsx' && word === 'watch') return false;
  return !word.startsWith('/') && (program === 'node' || /[./]/.test(word));
}

function managed(words: readonly string[]): Target[] {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  if (own.some((word) => elsewhereFlags.test(word))) return [];
  const [action, target] = own.filter((word) => !word.startsWith('-'));
  if (action === 'test' || action === 'start') return [scriptTarget(action)];
  if ((action === 'run' || action === 'run-script') && target !== undefined && isPlainName(target)) {
    return [scriptTarget(target)];
  }
  return [];
}

function isPlainName(word: string): boolean {
  return /^[\w.:@/-]+$/.test(word) && !word.startsWith('-');
}

function scriptTarget(name: string): Target {
  return { kind: 'script', name };
}
