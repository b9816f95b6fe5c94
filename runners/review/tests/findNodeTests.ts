import { matchesGlob } from 'node:path';
import { isSource } from '../../../contract/readImports.ts';
import type { Manifest } from '../../repository/manifest.ts';
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

/** Flags whose value may be the next word. */
const flagsWithValue =
  /^(-[rC]|--(import|require|loader|experimental-loader|conditions|env-file(-if-exists)?|disable-warning|watch-path|test-(concurrency|name-pattern|skip-pattern|timeout|isolation|global-setup|shard|rerun-failures|reporter(-destination)?|coverage-(lines|branches|functions|include|exclude))|experimental-test-isolation|(cpu|heap)-prof-(dir|name|interval)))$/;

/** Flags that judge the whole suite, choose among the files, write into the working tree or say where results go. */
const droppedFlags =
  /^--(test$|watch|test-(reporter|coverage|update-snapshots|only|shard|rerun-failures)|experimental-test-coverage|(cpu|heap)-prof)/;

/** Finds the tests that a script runs with `node --test`; undefined when no script does. */
export function findNodeTests(
  manifest: Manifest | undefined,
  files: readonly string[],
): NodeTests | undefined {
  const commands = Object.values(manifest?.scripts ?? {})
    .flatMap(splitScript)
    .map(withoutPrefixes)
    .map(withoutMeasuring);
  const command = commands.find(([program, ...words]) => program === 'node' && words.includes('--test'));
  if (command === undefined) return undefined;
  const { flags, patterns } = readArguments(command.slice(1));
  const wanted =
    patterns.length === 0 ? ownPatterns : patterns.map((pattern) => pattern.replace(/^\.\//, ''));
  return {
    flags,
    files: files.filter((file) => isSource(file) && wanted.some((pattern) => matchesPattern(file, pattern))),
  };
}

/** Coverage is for the whole suite, so what measures it is left out: `c8 --lines 100 node --test` is `node --test`. */
function withoutMeasuring(command: string[]): string[] {
  const start = ['c8', 'nyc'].includes(command[0] ?? '') ? command.indexOf('node') : 0;
  return start === -1 ? [] : command.slice(start);
}

function readArguments(words: readonly string[]): { flags: string[]; patterns: string[] } {
  const flags: string[] = [];
  const patterns: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const value = flagsWithValue.test(word) ? [words[++at] ?? ''] : [];
    if (!word.startsWith('-')) patterns.push(word);
    else if (!droppedFlags.test(word)) flags.push(word, ...value);
  }
  return { flags, patterns };
}

function matchesPattern(file: string, pattern: string): boolean {
  return file === pattern || file.startsWith(`${pattern.replace(/\/$/, '')}/`) || matchesGlob(file, pattern);
}
