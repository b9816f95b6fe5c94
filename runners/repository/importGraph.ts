import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ResolverFactory } from 'oxc-resolver';
import { isSource, readImports, sourceExtensions } from '../../contract/readImports.ts';

/** Who imports whom among the files of a repository, as paths below its directory. */
export interface ImportGraph {
  /** For each file the files (and paths that are gone) that it asks for. */
  imports: Map<string, Set<string>>;
  /** Files that could not be parsed, so their imports are unknown. */
  unread: string[];
  /** Names, such as an alias that only a bundler knows, behind which any file could stand. */
  unresolved: Set<string>;
}

/** Reads the imports of source files and resolves them as TypeScript and Node do; packages are left out. */
export async function readImportGraph(cwd: string, files: readonly string[]): Promise<ImportGraph> {
  const resolver = createResolver();
  const graph: ImportGraph = { imports: new Map(), unread: [], unresolved: new Set() };
  for (const file of files.filter(isSource)) {
    const lines = readImports(file, await readFile(join(cwd, file), 'utf8'));
    if (lines === undefined) graph.unread.push(file);
    const targets = (lines ?? []).map(({ specifier }) => ({
      specifier,
      paths: targetsOf(resolver, cwd, file, specifier),
    }));
    graph.imports.set(file, new Set(targets.flatMap(({ paths = [] }) => paths)));
    for (const { specifier, paths } of targets) if (paths === undefined) graph.unresolved.add(specifier);
  }
  return graph;
}

/** Follows imports backwards from some files: themselves, those that import them, those that import those. */
export function findDependants(graph: ImportGraph, from: readonly string[]): Set<string> {
  return new Set(measureDistances(graph, from).keys());
}

/** Counts the imports between some files and everything that depends on them: 0 for themselves, 1 for their importers. */
export function measureDistances(graph: ImportGraph, from: readonly string[]): Map<string, number> {
  const importers = new Map<string, string[]>();
  for (const [file, targets] of graph.imports) {
    for (const target of targets) {
      const known = importers.get(target);
      if (known === undefined) importers.set(target, [file]);
      else known.push(file);
    }
  }
  const distances = new Map(from.map((file) => [file, 0]));
  // A map visits what is added while it is walked, so this goes outwards, nearest first.
  for (const [file, distance] of distances) {
    for (const importer of importers.get(file) ?? []) {
      if (!distances.has(importer)) distances.set(importer, distance + 1);
    }
  }
  return distances;
}

/** Makes the resolver of module names that all runners use: TypeScript's aliases and endings included. */
export function createResolver(): ResolverFactory {
  return new ResolverFactory({
    tsconfig: 'auto',
    builtinModules: true,
    conditionNames: ['types', 'import', 'require', 'node', 'default'],
    extensions: [...sourceExtensions.toReversed(), '.json', '.vue', '.svelte'],
    extensionAlias: {
      '.js': ['.ts', '.tsx', '.js', '.jsx'],
      '.mjs': ['.mts', '.mjs'],
      '.cjs': ['.cts', '.cjs'],
      '.jsx': ['.tsx', '.jsx'],
    },
  });
}

function targetsOf(
  resolver: ResolverFactory,
  cwd: string,
  file: string,
  specifier: string,
): string[] | undefined {
  const { path, builtin } = resolver.resolveFileSync(join(cwd, file), specifier);
  if (path !== undefined) return path.includes(`${sep}node_modules${sep}`) ? [] : [below(cwd, path)];
  if (!specifier.startsWith('.')) return builtin === undefined ? undefined : [];
  const bare = below(cwd, join(cwd, dirname(file), specifier));
  const stem = bare.replace(/\.[mc]?[jt]sx?$/, '');
  return [
    bare,
    ...sourceExtensions.flatMap((extension) => [`${stem}${extension}`, `${bare}/index${extension}`]),
  ];
}

function below(cwd: string, path: string): string {
  return relative(cwd, path).replaceAll(sep, '/');
}
