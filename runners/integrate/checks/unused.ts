import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ownValue } from '../../../contract/ownValue.ts';
import { plural } from '../../../contract/text/plural.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import { findUpwards } from '../../repository/localTool.ts';
import { type ManifestFile, manifestLine } from '../../repository/manifest.ts';
import type { Project } from '../project.ts';
import type { Usage } from './usage.ts';

const installedShape = z.object({
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
});

/** What an installed package offers and wants beside being imported. */
interface Installed {
  programs: string[];
  peers: string[];
}

/**
 * Finds declared packages that nothing mentions: no import, no string, no script, no configuration, no other package
 * that wants them beside it. Plugins and presets are left alone, because tools load them by shortened names.
 */
export async function findUnused(project: Project, usage: Usage): Promise<ReportParts> {
  const results = await Promise.all(project.manifests.map((file) => examine(project, usage, file)));
  const count = results.reduce((sum, { declared }) => sum + declared, 0);
  const absent = new Set(results.flatMap((result) => result.absent));
  const why = 'they are not installed, so their programs are unknown';
  return {
    findings: results.flatMap(({ findings }) => findings),
    checked: count === 0 ? [] : [{ what: 'dependencies for their use', count }],
    notChecked: absent.size === 0 ? [] : [{ what: `use of ${plural(absent.size, 'package')}`, why }],
  };
}

async function examine(project: Project, usage: Usage, file: ManifestFile) {
  const declared = declaredNames(file);
  const read = declared.map(async ({ field, name }) => ({
    field,
    name,
    installed: await readInstalled(project, file, name),
  }));
  const all = await Promise.all(read);
  const peers = new Set(all.flatMap(({ installed }) => installed?.peers ?? []));
  const unmentioned = all.filter(
    ({ name }) => !isUsed(name, usage, project) && !peers.has(name) && !isPlugin.test(name),
  );
  const absent = unmentioned.filter(({ installed }) => installed === undefined).map(({ name }) => name);
  const findings = unmentioned
    .filter(({ installed }) => installed?.programs.every((program) => !usage.words.has(program)))
    .map(({ field, name }) => unused(file, field, name));
  return { declared: declared.length, absent, findings };
}

const isPlugin = /(^|[/-])(plugin|preset|loader|transformer|reporter|parser|resolver|config|configs)([/-]|$)/;

function declaredNames({ manifest }: ManifestFile) {
  return (['dependencies', 'devDependencies'] as const).flatMap((field) =>
    Object.keys(manifest[field] ?? {})
      .filter((name) => ownValue(manifest.peerDependencies ?? {}, name) === undefined)
      .map((name) => ({ field, name })),
  );
}

function isUsed(name: string, { words, imports }: Usage, { files }: Project): boolean {
  if (words.has(name)) return true;
  if (name === 'typescript') return files.some((file) => /\.[mc]?tsx?$/.test(file));
  if (!name.startsWith('@types/')) return false;
  const typed = name.slice('@types/'.length).replace(/^(.*)__/, '@$1/');
  return typed === 'node' ? imports.size > 0 : words.has(typed);
}

async function readInstalled(
  { cwd }: Project,
  { path }: ManifestFile,
  name: string,
): Promise<Installed | undefined> {
  const directory = join(cwd, path, '..');
  const found = await findUpwards(directory, join('node_modules', name, 'package.json'));
  if (found === undefined) return undefined;
  const text = await readFile(found, 'utf8');
  const { bin, peerDependencies } = installedShape.catch({}).parse(JSON.parse(text));
  const programs = typeof bin === 'string' ? [name.replace(/^@.*\//, '')] : Object.keys(bin ?? {});
  return { programs, peers: Object.keys(peerDependencies ?? {}) };
}

function unused(file: ManifestFile, field: string, name: string): Finding {
  return {
    rule: 'dependencies/unused',
    severity: 'warning',
    file: file.path,
    line: manifestLine(file, field, name),
    message: `Nothing in the repository uses "${name}" (${field}).`,
    hint: 'Remove it, unless something loads it by another name.',
  };
}
