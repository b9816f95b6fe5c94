import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type ImportLine, isSource, readImports } from '../../../contract/readImports.ts';
import { dependencyFields } from '../../repository/manifest.ts';
import { lockfileNames } from '../lockfile/readLockfile.ts';
import type { Project } from '../project.ts';

/** What the files of a repository say about packages. */
export interface Usage {
  /** The imports of every source file that could be read. */
  imports: Map<string, ImportLine[]>;
  unread: string[];
  /** Every word that could be a package or a program: in strings of source files, and anywhere in other text files. */
  words: Set<string>;
  /** Names in strings of configuration files, which may be aliases that only a bundler knows. */
  configured: Set<string>;
  /** Modules that a `declare module` describes. */
  declaredModules: Set<string>;
}

/** Reads what all files of a repository say about packages; a package.json counts without its lists of dependencies. */
export async function readUsage({ cwd, files, manifests }: Project): Promise<Usage> {
  const usage: Usage = {
    imports: new Map(),
    unread: [],
    words: new Set(),
    configured: new Set(),
    declaredModules: new Set(),
  };
  for (const file of files.filter(isText)) {
    const text = await readFile(join(cwd, file), 'utf8').catch(() => '');
    if (text.length > mostCharacters || text.includes('\0')) continue;
    if (isSource(file)) readSource(usage, file, text);
    else addWords(usage.words, text);
  }
  for (const { manifest } of manifests) {
    const rest = Object.entries(manifest).filter(([field]) => !silentFields.includes(field));
    addWords(usage.words, JSON.stringify(Object.fromEntries(rest)));
  }
  return usage;
}

/** Names the package of an import, such as `@scope/name` of `@scope/name/file`; undefined for anything that is no package. */
export function packageOf(specifier: string): string | undefined {
  return /^(?:@[a-z0-9-][\w.-]*\/)?[a-z0-9][\w.-]*(?=\/|$)/i.exec(specifier)?.[0];
}

const mostCharacters = 512 * 1024;
const silentFields: string[] = [
  ...dependencyFields,
  'name',
  'description',
  'keywords',
  'allowScripts',
  'overrides',
  'resolutions',
  'peerDependenciesMeta',
  'trustedDependencies',
  'repository',
  'homepage',
  'bugs',
  'author',
  'contributors',
  'license',
];
const silentEndings = [
  '.md',
  '.txt',
  '.csv',
  '.svg',
  '.snap',
  '.log',
  '.map',
  '.png',
  '.jpg',
  '.ico',
  '.woff2',
  '.pdf',
  '.sql',
];

function isText(file: string): boolean {
  const name = basename(file);
  return name !== 'package.json' && !lockfileNames.includes(name) && !silentEndings.includes(extname(name));
}

function readSource(usage: Usage, file: string, text: string): void {
  const imports = readImports(file, text);
  if (imports === undefined) usage.unread.push(file);
  else usage.imports.set(file, imports);
  const names = quotedNames(text);
  for (const name of names) usage.words.add(name);
  if (/\.config\.\w+$/.test(file)) for (const name of names) usage.configured.add(name);
  for (const [, name = ''] of text.matchAll(/declare module ['"]([^'"*]+)/g)) usage.declaredModules.add(name);
}

function quotedNames(text: string): string[] {
  const quoted = [...text.matchAll(/['"`]([@\w][\w@.:/-]*)/g)].map(([, name = '']) => name);
  const pragmas = [...text.matchAll(/@(?:jsxImportSource|vitest-environment|jest-environment)\s+(\S+)/g)];
  return [...quoted, ...pragmas.map(([, name = '']) => name)].flatMap((name) => packageOf(name) ?? []);
}

/** A name up to the `@` before its version; one that it begins with is a scope's. */
function withoutVersion(name: string): string {
  const at = name.indexOf('@', 1);
  return at === -1 ? name : name.slice(0, at);
}

function addWords(words: Set<string>, text: string): void {
  for (const [token] of text.matchAll(/@?[A-Za-z0-9][\w.@/-]*/g)) {
    words.add(packageOf(token) ?? token);
    for (const part of token.split('/')) words.add(withoutVersion(part));
  }
}
