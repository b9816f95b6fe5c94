import { matchesGlob } from 'node:path';
import type { Manifest } from '../../repository/manifest.ts';
import { isSource } from '../../repository/readImports.ts';
import { splitScript, withoutPrefixes } from '../../repository/splitScript.ts';

/** The tests of Node's own runner, as the repository's scripts name them. */
export interface NodeTests {
  /** Flags that the script gives to node, such as `--import tsx`. */
  flags: string[];
  files: string[];
}

const ownPatterns = [
  '**/*{.,-,_}test.{js,cjs,mjs,ts,cts,mts}',
  '**/test-*.{js,cjs,mjs,ts,cts,mts}',
  '**/test.{js,cjs,mjs,ts,cts,mts}',
  '**/test/**/*.{js,cjs,mjs,ts,cts,mts}',
];

const flagsWithValue = [
  '--import',
  '--require',
  '-r',
  '--loader',
  '--experimental-loader',
  '--conditions',
  '-C',
];
const droppedFlags =
  /^--(test$|watch|test-reporter|experimental-test-coverage|test-coverage|test-update-snapshots|test-only)/;

/** Finds the tests that a script runs with `node --test`; undefined when no script does. */
export function findNodeTests(
  manifest: Manifest | undefined,
  files: readonly string[],
): NodeTests | undefined {
  const commands = Object.values(manifest?.scripts ?? {})
    .flatMap(splitScript)
    .map(withoutPrefixes);
  const command = commands.find(([program, ...words]) => program === 'node' && words.includes('--test'));
  if (command === undefined) return undefined;
  const { flags, patterns } = readArguments(command.slice(1));
  const wanted =
    patterns.length === 0 ? ownPatterns : patterns.map((pattern) => pattern.replace(/^\.\//, ''));
  return {
    flags,
    files: files.filter((file) => isSource(file) && wanted.some((pattern) => isMeant(file, pattern))),
  };
}

function readArguments(words: readonly string[]): { flags: string[]; patterns: string[] } {
  const flags: string[] = [];
  const patterns: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (flagsWithValue.includes(word)) flags.push(word, words[++at] ?? '');
    else if (/^--test-reporter(-destination)?$/.test(word)) at += 1;
    else if (!word.startsWith('-')) patterns.push(word);
    else if (!droppedFlags.test(word)) flags.push(word);
  }
  return { flags, patterns };
}

function isMeant(file: string, pattern: string): boolean {
  return file === pattern || file.startsWith(`${pattern.replace(/\/$/, '')}/`) || matchesGlob(file, pattern);
}
