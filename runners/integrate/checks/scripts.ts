import { dirname, join } from 'node:path';
import { ownValue } from '../../../contract/ownValue.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import { tryGit } from '../../repository/git.ts';
import { exists } from '../../repository/localTool.ts';
import { type ManifestFile, manifestLine } from '../../repository/manifest.ts';
import type { Project } from '../project.ts';
import { readTargets, type Target } from './scriptTargets.ts';

/** Checks that the files and scripts which package.json scripts name are there. */
export async function checkScripts({ cwd, manifests }: Project): Promise<ReportParts> {
  const findings: Finding[] = [];
  const generated = new Set<string>();
  let count = 0;
  for (const file of manifests) {
    for (const [script, text] of Object.entries(file.manifest.scripts ?? {})) {
      count += 1;
      for (const target of readTargets(text)) {
        const fate = await examine(cwd, file, target);
        if (fate === 'missing') findings.push(finding(file, script, target));
        if (fate === 'generated') generated.add(target.name);
      }
    }
  }
  const why = 'git ignores them, so a build probably creates them';
  const notChecked =
    generated.size === 0 ? [] : [{ what: `files of scripts: ${[...generated].join(', ')}`, why }];
  return { findings, checked: count === 0 ? [] : [{ what: 'scripts', count }], notChecked };
}

async function examine(cwd: string, { path, manifest }: ManifestFile, target: Target) {
  if (target.kind === 'script') {
    const implied = target.name === 'start' && (await exists(join(cwd, dirname(path), 'server.js')));
    return implied || ownValue(manifest.scripts ?? {}, target.name) !== undefined ? 'there' : 'missing';
  }
  const file = join(cwd, dirname(path), target.name);
  const candidates = ['', '.js', '.mjs', '.cjs', '.json', '.ts', '.node', '/index.js'].map(
    (ending) => file + ending,
  );
  if ((await Promise.all(candidates.map(exists))).includes(true)) return 'there';
  return (await tryGit(cwd, ['check-ignore', '--quiet', '--', file])) === undefined ? 'missing' : 'generated';
}

function finding(file: ManifestFile, script: string, { kind, name }: Target): Finding {
  const message =
    kind === 'script'
      ? `The script "${script}" runs "${name}", which is not a script of this package.`
      : `The script "${script}" names the file ${name}, which does not exist.`;
  const line = manifestLine(file, 'scripts', script);
  return { rule: `scripts/missing-${kind}`, severity: 'error', file: file.path, line, message };
}
