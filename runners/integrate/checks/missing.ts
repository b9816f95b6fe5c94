import { isBuiltin } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { ResolverFactory } from 'oxc-resolver';
import type { ImportLine } from '../../../contract/readImports.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import { createResolver } from '../../repository/importGraph.ts';
import { declaredPackages, type ManifestFile } from '../../repository/manifest.ts';
import type { Project } from '../project.ts';
import { packageOf, type Usage } from './usage.ts';

/** Finds imports of packages that no package.json in charge declares; they work by luck or not at all. */
export function findMissing(project: Project, usage: Usage): ReportParts {
  const resolver = createResolver();
  const manifestChanged = project.manifests.some(({ path }) => project.scope.includes(path));
  const files = manifestChanged
    ? [...usage.imports.keys()]
    : project.scope.filter((file) => usage.imports.has(file));
  const findings = files.filter(isOwnCode).flatMap((file) => {
    const owner = ownerOf(project, file);
    if (owner === undefined) return [];
    const known = knownPackages(project, owner);
    return (usage.imports.get(file) ?? []).flatMap((line) => {
      const name = missingPackage(line, known, usage);
      return name === undefined ? [] : describe(resolver, project, { file, owner, line, name });
    });
  });
  return { findings };
}

/** Fixtures, examples and templates import what their own setting provides. */
function isOwnCode(file: string): boolean {
  return !/(^|\/)_*(fixtures?|examples?|testdata|templates?)_*\//i.test(file);
}

function ownerOf({ files, manifests }: Project, file: string): ManifestFile | undefined {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const path = directory === '.' ? 'package.json' : `${directory}/package.json`;
    const owner = manifests.find((manifest) => manifest.path === path);
    if (owner !== undefined || files.includes(path) || directory === '.') return owner;
  }
}

function knownPackages({ root, manifests }: Project, owner: ManifestFile): Set<string> {
  const own = [owner, root].flatMap(({ manifest }) => [
    ...declaredPackages(manifest).keys(),
    ...Object.keys(manifest.engines ?? {}),
  ]);
  return new Set([...own, ...manifests.flatMap(({ manifest }) => manifest.name ?? [])]);
}

function missingPackage(
  { specifier, kind }: ImportLine,
  known: ReadonlySet<string>,
  usage: Usage,
): string | undefined {
  if (isBuiltin(specifier) || /^[\w-]+:/.test(specifier)) return undefined;
  const name = packageOf(specifier);
  if (name === undefined || known.has(name) || usage.configured.has(name)) return undefined;
  if (usage.declaredModules.has(name) || usage.declaredModules.has(specifier)) return undefined;
  const types = `@types/${name.replace(/^@(.*)\//, '$1__')}`;
  return kind === 'type' && known.has(types) ? undefined : name;
}

interface Missing {
  file: string;
  owner: ManifestFile;
  line: ImportLine;
  name: string;
}

function describe(
  resolver: ResolverFactory,
  { cwd }: Project,
  { file, owner, line, name }: Missing,
): Finding[] {
  const { path } = resolver.resolveFileSync(join(cwd, file), line.specifier);
  if (path !== undefined && !path.includes(`${sep}node_modules${sep}`)) return [];
  const luck = path === undefined ? '' : '; it is only installed because another package needs it';
  return [
    {
      rule: 'dependencies/missing',
      severity: line.kind === 'static' ? 'error' : 'warning',
      file,
      line: line.line,
      message: `"${name}" is imported but missing from ${owner.path}${luck}.`,
      hint: `Add ${name} to the dependencies.`,
    },
  ];
}
